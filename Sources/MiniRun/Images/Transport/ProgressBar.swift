import CShim
import Namespaces

/// A line on a terminal's standard error that shows how far something has come; nothing where nobody looks.
final class ProgressBar {
    private let what: String
    private let total: Int64?
    private let isSeen = isatty(2) == 1
    private var last = Moment.now
    private var isDrawn = false

    /// Of so many bytes, if that is known.
    init(_ what: String, total: Int64?) {
        self.what = what
        self.total = total.flatMap { $0 > 0 ? $0 : nil }
    }

    /// So many bytes are done; drawn ten times a second.
    func show(_ done: Int64) {
        guard isSeen else { return }
        let now = Moment.now
        guard now.nanoseconds(since: last) > 100_000_000 else { return }
        last = now
        isDrawn = true
        guard let total else { return StandardError.draw("\r\(what)  \(HumanSize.decimal(done))\u{1B}[K") }
        let width: Int64 = 50
        let filled = Int(min(width, width * min(done, total) / total))
        let bar = String(repeating: "=", count: max(0, filled - 1)) + (filled > 0 ? ">" : "")
        let rest = String(repeating: " ", count: Int(width) - bar.count)
        StandardError.draw(
            "\r\(what)  [\(bar)\(rest)]  \(HumanSize.decimal(done))/\(HumanSize.decimal(total))\u{1B}[K")
    }

    /// The line goes.
    func end() { if isDrawn { StandardError.draw("\r\u{1B}[K") } }
}
