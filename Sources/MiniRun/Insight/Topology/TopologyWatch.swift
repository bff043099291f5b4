import CShim
import Namespaces
import NetSetup
import SystemPackage

/// Draws a topology again whenever something changes, at most twice a second, until a signal ends it.
///
/// On a terminal it has the alternate screen, which is left as it was; into a pipe each drawing follows the last one.
public struct TopologyWatch {
    private let paths: StatePaths
    private let all: Bool
    private let screen: Terminal?
    private let colours: Bool
    private let heading: () throws -> [StyledText]

    /// Watches what the paths name.
    public init(_ paths: StatePaths, all: Bool = false) { self.init(paths, all: all) { [] } }

    /// Watches it with lines above, which are made anew for each drawing.
    init(_ paths: StatePaths, all: Bool = false, heading: @escaping () throws -> [StyledText]) {
        self.paths = paths
        self.all = all
        self.heading = heading
        screen = Terminal(1)
        colours = TerminalWidth.showsColours
    }

    /// Draws until SIGINT, SIGTERM or SIGHUP. Throws what keeps it from looking.
    public func run() throws {
        // Listening begins before the first look, so that no change falls between.
        let monitor = try NetworkMonitor()
        let signals = try SignalQueue()
        if screen != nil { Self.write("\u{1b}[?1049h\u{1b}[?25l") }
        defer { if screen != nil { Self.write("\u{1b}[?25h\u{1b}[?1049l") } }
        var shown = ""
        while true {
            monitor.drain()
            let picture = try drawing()
            if picture != shown {
                guard Self.write(picture) else { return }
                shown = picture
            }
            guard try !wait(monitor, signals) else { return }
        }
    }

    /// Whether a signal has ended it; else something has changed.
    private func wait(_ monitor: NetworkMonitor, _ signals: SignalQueue) throws -> Bool {
        let rest = Moment.after(nanoseconds: 500_000_000)
        var hasChanged = false
        while true {
            var polled = [pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0)]
            if !hasChanged { polled += monitor.descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) } }
            // A reader of the pipe that has gone ends it too.
            if screen == nil { polled.append(pollfd(fd: 1, events: 0, revents: 0)) }
            guard poll(&polled, nfds_t(polled.count), Moment.milliseconds(until: hasChanged ? rest : nil)) >= 0 else {
                let error = Errno.current
                if error == .interrupted { continue }
                throw KernelError("wait for changes", error)
            }
            for signal in signals.take() {
                switch signal {
                case SIGINT, SIGTERM, SIGHUP, SIGQUIT: return true
                case SIGWINCH: hasChanged = true
                default: break
                }
            }
            if screen == nil, polled.last?.revents != 0 { return true }
            if polled.dropFirst().contains(where: { $0.revents & Int16(POLLIN) != 0 }) { hasChanged = true }
            if hasChanged, rest.hasCome { return false }
        }
    }

    private func drawing() throws -> String {
        let scene = Scene(try Topology(paths), all: all)
        let size = screen.flatMap { try? $0.size() }
        let drawing = TextDrawing(scene, width: TerminalWidth.columns, all: all)
        let heading = try heading()
        guard screen != nil else { return heading.text(colours: false) + drawing.text(colours: false) + "\n" }
        // A line that is broken by the terminal would push the first one off the screen, and so would one too many.
        let height = size.map { Int($0.rows) }.flatMap { $0 > 2 ? $0 : nil }
        let above = heading.prefix(height.map { max(0, $0 - Self.leastRows) } ?? heading.count)
            .map { $0.shortened(to: TerminalWidth.columns) }
        let rows = height.map { $0 - above.count }
        // The last line break would scroll; what is left of the last picture is wiped line by line, without a flicker.
        let lines = (above.text(colours: colours) + drawing.text(colours: colours, rows: rows)).split(
            separator: "\n", omittingEmptySubsequences: false)
        return "\u{1b}[H" + lines.dropLast().joined(separator: "\u{1b}[K\r\n") + "\u{1b}[K\u{1b}[J"
    }

    /// How much of the screen is the drawing's, whatever stands above it.
    private static let leastRows = 3

    /// Whether all of it could be written.
    @discardableResult
    private static func write(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { CShim.write(1, $0.baseAddress, $0.count) }
            if count < 0, Errno.current == .interrupted { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
