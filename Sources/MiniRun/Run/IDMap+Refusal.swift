import Namespaces

extension IDMap {
    /// Throws when a process cannot be who it is to be, because the container has no such id: the kernel would only call it
    /// an invalid argument. `isOfChoice` tells whether the number of ids was the user's choice.
    func check(uid: UInt32, gid: UInt32, groups: [UInt32], isOfChoice: Bool = false) throws(UsageError) {
        if outside(uid: uid) == nil { throw Self.refusal("user", uid, uids, isOfChoice) }
        if outside(gid: gid) == nil { throw Self.refusal("group", gid, gids, isOfChoice) }
        // Where nobody can change supplementary groups, nobody has these: see set_ids in child_process.c.
        guard let group = groups.first(where: { outside(gid: $0) == nil }), !Self.deniesGroups else { return }
        throw Self.refusal("group", group, gids, isOfChoice)
    }

    /// Whether we are in a user namespace that was made without privilege (user_namespaces(7)).
    private static var deniesGroups: Bool { (try? Files.text("/proc/self/setgroups"))?.trimmed == "deny" }

    private static func refusal(_ kind: String, _ id: UInt32, _ ranges: [Range], _ isOfChoice: Bool) -> UsageError {
        let count = ranges.reduce(UInt64(0)) { $0 + UInt64($1.count) }
        let shown = ranges.map { $0.count == 1 ? "\($0.inside)" : "\($0.inside) to \($0.inside + ($0.count - 1))" }
        let remedy = isOfChoice ? "ask for more (--userns auto:size=\(UInt64(id) + 1))" : "name one of these"
        return UsageError(
            "there is no \(kind) \(id) in this container, which has \(count) \(kind) id\(count == 1 ? "" : "s") "
                + "(\(shown.joined(separator: ", "))): \(remedy), or use --userns host")
    }
}
