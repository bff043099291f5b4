/// The reverse of each step that changed the host, run backwards.
///
/// Entries of scope `.container` are run at the container's end as well as after a failure; those of scope `.process` each
/// time its first process has ended, for it may be started anew; those of scope `.setup` only when the set-up fails, because
/// what they would remove (a bridge, a network's record) is meant to stay.
public final class UndoList {
    /// When an entry is run.
    public enum Scope: Sendable {
        /// After a failed set-up and at the container's end.
        case container
        /// The same, and before a restart.
        case process
        /// After a failed set-up only.
        case setup
    }

    private struct Entry {
        let what: String
        let scope: Scope
        let action: () throws -> Void
    }

    private var entries: [Entry] = []

    /// An empty list.
    public init() {}

    /// Remembers how to take back what was just done. `what` names it for the log: "remove bridge minirun0".
    public func push(_ what: String, scope: Scope = .container, _ action: @escaping () throws -> Void) {
        entries.append(Entry(what: what, scope: scope, action: action))
    }

    /// The set-up succeeded: what was meant to stay, stays.
    public func commitSetup() {
        entries.removeAll { $0.scope == .setup }
    }

    /// How far the list is now: where a further change begins, which may have to be taken back alone.
    public var mark: Int { entries.count }

    /// Takes back what has come since `mark`, and leaves the rest.
    @discardableResult
    public func unwind(to mark: Int) -> [String] {
        let ended = Array(entries[min(mark, entries.count)...])
        entries.removeLast(ended.count)
        return Self.run(ended)
    }

    /// Runs what is left, last first; goes on past errors and returns them all as sentences. Safe to call twice.
    @discardableResult
    public func unwind() -> [String] {
        let rest = entries
        entries = []
        return Self.run(rest)
    }

    /// Takes back what belongs to one process, so that another can be started in what is left.
    @discardableResult
    public func unwindProcess() -> [String] {
        let ended = entries.filter { $0.scope == .process }
        entries.removeAll { $0.scope == .process }
        return Self.run(ended)
    }

    private static func run(_ entries: [Entry]) -> [String] {
        entries.reversed().compactMap { entry in
            do { try entry.action() } catch { return "\(entry.what): \(error)" }
            return nil
        }
    }
}
