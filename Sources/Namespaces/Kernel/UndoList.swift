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
        let group: String?
        let number: Int
        let action: () throws -> Void
    }

    private var entries: [Entry] = []
    private var count = 0

    /// An empty list.
    public init() {}

    /// Remembers how to take back what was just done. `what` names it for the log: "remove bridge minirun0"; entries of
    /// one group can be taken back alone.
    public func push(
        _ what: String, scope: Scope = .container, of group: String? = nil, _ action: @escaping () throws -> Void
    ) {
        entries.append(Entry(what: what, scope: scope, group: group, number: count, action: action))
        count += 1
    }

    /// The set-up succeeded: what was meant to stay, stays.
    public func commitSetup() {
        entries.removeAll { $0.scope == .setup }
    }

    /// How far the list is now: where a further change begins, which may have to be taken back alone.
    public var mark: Int { count }

    /// Takes back what has come since `mark`, and leaves the rest.
    @discardableResult
    public func unwind(to mark: Int) -> [String] {
        unwind { $0.number >= mark }
    }

    /// Takes back what belongs to these groups, whose members nobody needs any more.
    @discardableResult
    public func unwind(of groups: String...) -> [String] {
        unwind { entry in entry.group.map(groups.contains) ?? false }
    }

    /// Runs what is left, last first; goes on past errors and returns them all as sentences. Safe to call twice.
    @discardableResult
    public func unwind() -> [String] {
        unwind { _ in true }
    }

    /// Takes back what belongs to one process, so that another can be started in what is left.
    @discardableResult
    public func unwindProcess() -> [String] {
        unwind { $0.scope == .process }
    }

    private func unwind(where isMeant: (Entry) -> Bool) -> [String] {
        let ended = entries.filter(isMeant)
        entries.removeAll(where: isMeant)
        return ended.reversed().compactMap { entry in
            do { try entry.action() } catch { return "\(entry.what): \(error)" }
            return nil
        }
    }
}
