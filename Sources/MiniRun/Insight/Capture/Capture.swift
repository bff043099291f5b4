import CShim
import Namespaces
import NetSetup
import SystemPackage

/// `minirun capture`: what passes a container's interfaces, a bridge or a card, as lines or as a capture file.
public struct Capture {
    private let target: CaptureTarget
    private let file: String?
    private let count: Int?
    private let timeout: Double?

    /// Finds what to listen to. Throws `UsageError`, `NoSuchContainer`, `ContainerConflict`, `KernelError`.
    public init(_ reference: String, file: String?, count: Int?, timeout: Double?, _ paths: StatePaths) throws {
        try Privilege.check(CaptureWords.needsRoot)
        if let count, count < 1 { throw UsageError(CaptureWords.badCount) }
        if let timeout, !(timeout > 0) { throw UsageError(CaptureWords.badTimeout) }
        if file == "-", isatty(1) == 1 { throw UsageError(CaptureWords.isTerminal) }
        target = try CaptureTarget(reference, paths)
        self.file = file
        self.count = count
        self.timeout = timeout
    }

    /// Captures until the count is full, the time is up, the container has ended, or somebody says to stop.
    public func run() throws {
        let signals = try SignalQueue()
        let socket = try PacketSocket(in: target.namespace.descriptor, link: target.link ?? 0, .link)
        if let link = target.link { try? socket.hearOthers(on: link) }
        let output = try CaptureOutput(file, target)
        let deadline = timeout.map { Moment.after(seconds: $0) }
        StandardError.write("\(CaptureWords.listening(target.name))\n")
        defer { StandardError.write("\(CaptureWords.captured(output.count))\n") }
        // -1, which poll(2) passes over, where nothing ends by itself.
        let end = OwnedDescriptor(owning: target.process.map { pidfd_open($0.pid, 0) } ?? -1)
        // Opened last: the descriptor is this process's, and not that of one that got its number meanwhile.
        if let process = target.process, !process.isAlive { return }
        while count.map({ output.count < $0 }) ?? true, deadline?.hasCome != true {
            var polled = [signals.descriptor, socket.descriptor, end.rawValue].map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            if poll(&polled, nfds_t(polled.count), Moment.milliseconds(until: deadline)) < 0 {
                let error = Errno.current
                if error == .interrupted { continue }
                throw KernelError("wait for packets", error)
            }
            while count.map({ output.count < $0 }) ?? true, let packet = socket.take() { try output.write(packet) }
            try output.flush()
            if signals.take().contains(where: { [SIGINT, SIGTERM, SIGHUP, SIGQUIT].contains($0) }) { return }
            if polled[2].revents != 0 { return StandardError.write("\(CaptureWords.gone(target.name))\n") }
            // An interface that is taken away says so once; one that is only down may come back.
            if CInt(polled[1].revents) & CInt(POLLERR) != 0, try isGone() {
                return StandardError.write("\(CaptureWords.gone(target.name))\n")
            }
        }
    }

    private func isGone() throws -> Bool {
        guard let link = target.link else { return false }
        let links = try NetlinkSocket(.route, in: target.namespace.descriptor).links()
        return !links.contains { $0.index == link }
    }
}

/// Where packets go: lines to standard output, or a capture file.
private final class CaptureOutput {
    private(set) var count = 0
    private let target: CaptureTarget
    private let file: OwnedDescriptor
    private let hasLines: Bool
    private var pending: [UInt8] = []

    init(_ path: String?, _ target: CaptureTarget) throws {
        self.target = target
        hasLines = path == nil
        let path = path ?? "-"
        let number =
            path == "-"
            ? minirun_fcntl(1, F_DUPFD_CLOEXEC, 3) : minirun_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard number >= 0 else { throw KernelError.current("write \(path)") }
        file = OwnedDescriptor(owning: number)
        if hasLines { return }
        pending = PacketFile.header(target.type)
        try flush()
    }

    func write(_ capture: PacketSocket.Capture) throws {
        count += 1
        if !hasLines {
            pending += PacketFile.record(time: capture.time, capture.bytes, length: capture.length)
            // So that a stop in between leaves whole packets.
            if pending.count > 1 << 16 { try flush() }
        } else {
            pending += Array((line(capture) + "\n").utf8)
        }
    }

    /// Writes what has gathered.
    func flush() throws {
        var rest = pending[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { CShim.write(file.rawValue, $0.baseAddress, $0.count) }
            let error = Errno.current
            if written < 0 {
                if error == .interrupted { continue }
                throw KernelError("write what was captured", error)
            }
            rest = rest.dropFirst(written)
        }
        pending.removeAll(keepingCapacity: true)
    }

    private func line(_ capture: PacketSocket.Capture) -> String {
        let time = Timestamp(nanoseconds: capture.time)
        let civil = CivilTime(time, offset: LocalZone.at(time).offset)
        let clock =
            "\(civil.hour.padded(2)):\(civil.minute.padded(2)):\(civil.second.padded(2))."
            + (civil.nanosecond / 1000).padded(6)
        let way =
            target.link == nil
            ? " \(target.links[capture.link] ?? "?") \(capture.isOutgoing ? "Out" : "In ")" : ""
        return "\(clock)\(way) \(CaptureLine.text(capture, target.type))"
    }
}

/// A captured packet as a line.
enum CaptureLine {
    static func text(_ capture: PacketSocket.Capture, _ type: PacketFile.LinkType) -> String {
        guard type == .ethernet else {
            let packet = Packet(capture.bytes, protocol: capture.protocol)
            return PacketLine.text(packet, length: capture.length)
        }
        guard let frame = EthernetFrame(capture.bytes) else { return "length \(capture.length)" }
        let tags = frame.vlans.map { "vlan \($0), " }.joined()
        let length = capture.length - 14 - 4 * frame.vlans.count
        // Below 1536 there is no EtherType but a length (IEEE 802.3): the tree of bridges speaks so.
        guard frame.protocol >= 1536 else {
            return "\(tags)\(frame.source) > \(frame.destination), 802.3, length \(frame.protocol)"
        }
        return tags + PacketLine.text(frame.packet, length: length)
    }
}
