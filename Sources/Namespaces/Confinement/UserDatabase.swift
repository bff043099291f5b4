/// The users and groups of a root file system: the text of its /etc/passwd and /etc/group, see passwd(5) and group(5).
public struct UserDatabase: Sendable, Hashable {
    /// One line of /etc/passwd, as far as it matters here.
    public struct User: Sendable, Hashable {
        /// Login name.
        public let name: String
        /// User id.
        public let uid: UInt32
        /// Id of the primary group.
        public let gid: UInt32
        /// Home directory.
        public let home: String
    }

    /// One line of /etc/group.
    public struct Group: Sendable, Hashable {
        /// Name of the group.
        public let name: String
        /// Group id.
        public let gid: UInt32
        /// Login names of those for whom it is not the primary group.
        public let members: [String]
    }

    /// In the order of the file; the first match counts.
    public let users: [User]
    /// In the order of the file.
    public let groups: [Group]

    /// Reads both texts; empty text stands for a missing file. Lines that are no entries are passed over.
    public init(passwd: String = "", group: String = "") {
        users = Self.lines(passwd).compactMap { fields in
            guard fields.count >= 4, let uid = UInt32(fields[2]), let gid = UInt32(fields[3]) else { return nil }
            return User(name: fields[0], uid: uid, gid: gid, home: fields.count > 5 ? fields[5] : "")
        }
        groups = Self.lines(group).compactMap { fields in
            guard fields.count >= 3, let gid = UInt32(fields[2]) else { return nil }
            let members = fields.count > 3 ? fields[3].parts(",").map(\.trimmed).filter { !$0.isEmpty } : []
            return Group(name: fields[0], gid: gid, members: members)
        }
    }

    private static func lines(_ text: String) -> [[String]] {
        text.parts("\n").map(\.trimmed).filter { !$0.isEmpty && !$0.hasPrefix("#") }
            .map { $0.parts(":") }.filter { !$0[0].isEmpty }
    }
}

/// Who a container's process is: what `-u` comes to in its root file system.
public struct ProcessUser: Sendable, Hashable {
    /// User id inside the container.
    public let uid: UInt32
    /// Group id inside the container.
    public let gid: UInt32
    /// Supplementary groups, in the order of /etc/group.
    public let supplementaryGroups: [UInt32]
    /// `HOME`, for a process that is given none; `/` for an id without an entry.
    public let home: String
}

extension UserDatabase {
    /// Resolves `USER[:GROUP]`, each a name or a number; nil or empty text is root. The rules and texts are Docker's
    /// (moby/sys/user, `GetExecUser`): a number needs no entry, a name does; supplementary groups come from the name that
    /// was found, and only where no group is given. Throws `UsageError`.
    public func resolve(_ specification: String?) throws(UsageError) -> ProcessUser {
        let (userText, groupPart) = (specification ?? "").cut(":")
        let groupText = groupPart?.cut(":").0 ?? ""
        let number = Int64(userText)
        let found = users.first { user in
            if userText.isEmpty { return user.uid == 0 }
            return number.map { $0 == Int64(user.uid) } ?? (user.name == userText)
        }
        var uid: UInt32 = found?.uid ?? 0
        if found == nil, !userText.isEmpty {
            guard let number else {
                throw UsageError("unable to find user \(userText): no matching entries in passwd file")
            }
            uid = try Self.inRange(number)
        }
        let (gid, others) = try resolveGroups(groupText, for: found)
        return ProcessUser(
            uid: uid, gid: gid, supplementaryGroups: others,
            home: found.map { $0.home.isEmpty ? "/" : $0.home } ?? "/")
    }

    /// The supplementary groups `known` and those of `--group-add`, by name or number, each once. Throws Docker's
    /// `unable to find group x` and `uids and gids must be in range`.
    public func groups(_ added: [String], besides known: [UInt32]) throws(UsageError) -> [UInt32] {
        var all = known
        for text in added {
            if text == "keep-groups" {
                throw UsageError("--group-add keep-groups is not supported: the container has groups of its own ids")
            }
            let number = Int64(text)
            var gid = groups.first { group in number.map { $0 == Int64(group.gid) } ?? (group.name == text) }?.gid
            if gid == nil, let number { gid = try Self.inRange(number) }
            guard let gid else {
                throw UsageError("unable to find group \(text): no matching entries in group file")
            }
            if !all.contains(gid) { all.append(gid) }
        }
        return all
    }

    private func resolveGroups(_ text: String, for user: User?) throws(UsageError) -> (UInt32, [UInt32]) {
        guard !text.isEmpty else {
            guard let user else { return (0, []) }
            return (user.gid, groups.filter { $0.members.contains(user.name) }.map(\.gid))
        }
        let number = Int64(text)
        if let found = groups.first(where: { group in number.map { $0 == Int64(group.gid) } ?? (group.name == text) }) {
            return (found.gid, [])
        }
        guard let number else {
            throw UsageError("unable to find group \(text): no matching entries in group file")
        }
        return (try Self.inRange(number), [])
    }

    private static func inRange(_ number: Int64) throws(UsageError) -> UInt32 {
        guard (0...Int64(Int32.max)).contains(number) else {
            throw UsageError("uids and gids must be in range 0-2147483647")
        }
        return UInt32(number)
    }
}
