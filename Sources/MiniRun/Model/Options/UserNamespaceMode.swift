import Namespaces

/// What `--userns`, `--uidmap` and `--gidmap` ask for; the words are Docker's and Podman's.
public enum UserNamespaceMode: Sendable, Hashable {
    /// Nothing said: a user namespace of its own, unless the network namespace is shared with somebody.
    case automatic
    /// A user namespace of its own, said outright.
    case new
    /// The host's.
    case host
    /// One with ids that no other container has; so many, or a block.
    case ownRange(count: UInt32?)
    /// One in which whoever called is a user of the container's too: under the same ids, or these.
    case keepID(uid: UInt32?, gid: UInt32?)
    /// One with this map.
    case mapped(IDMap)

    /// Understands the options. Throws Docker's `--userns: invalid USER mode`, or what is wrong with a map.
    public init(_ request: RunRequest) throws(UsageError) {
        let text = request.userns ?? ""
        guard request.uidMap.isEmpty && request.gidMap.isEmpty else {
            guard ["", "private"].contains(text) else {
                let option = request.uidMap.isEmpty ? "--gidmap" : "--uidmap"
                throw UsageError("conflicting options: --userns=\(text) and \(option)")
            }
            self = .mapped(try IDMapOption.map(uids: request.uidMap, gids: request.gidMap))
            return
        }
        try self.init(parsing: text)
    }

    /// Parses the value of `--userns` alone; empty means none was given. Throws likewise.
    public init(parsing text: String) throws(UsageError) {
        let (mode, options) = text.cut(":")
        switch (mode, options) {
        case ("", nil): self = .automatic
        case ("private", nil): self = .new
        case ("host", nil): self = .host
        case ("auto", _):
            let values = try Self.values(options, of: text, known: ["size"])
            self = .ownRange(count: values["size"])
        case ("keep-id", _):
            let values = try Self.values(options, of: text, known: ["uid", "gid"])
            self = .keepID(uid: values["uid"], gid: values["gid"])
        case ("nomap", nil):
            throw UsageError("--userns nomap is not supported: it is for users that have no ids to spare; see --uidmap")
        default: throw UsageError("--userns: invalid USER mode")
        }
    }

    /// Whether a user namespace was asked for outright.
    var isOwn: Bool {
        switch self {
        case .automatic, .host: false
        case .new, .ownRange, .keepID, .mapped: true
        }
    }

    /// `size=1024` and the like.
    private static func values(
        _ options: String?, of text: String, known: [String]
    ) throws(UsageError) -> [String: UInt32] {
        var values: [String: UInt32] = [:]
        for field in options?.parts(",") ?? [] {
            let (key, value) = field.cut("=")
            guard known.contains(key) else {
                throw UsageError(
                    "--userns=\(text): unknown option \(key.goQuoted): there is \(known.joined(separator: ", "))")
            }
            let least: UInt32 = key == "size" ? 1 : 0
            guard let number = value.flatMap({ UInt32($0) }), number >= least, number <= UInt32(Int32.max) else {
                throw UsageError("--userns=\(text): invalid \(key) \((value ?? "").goQuoted)")
            }
            values[key] = number
        }
        return values
    }
}
