import CShim
import SystemPackage

/// How ids inside a user namespace stand for ids of the namespace around it (user_namespaces(7)).
public struct IDMap: Sendable, Hashable {
    /// One line of uid_map or gid_map.
    public struct Range: Sendable, Hashable {
        /// First id inside.
        public var inside: UInt32
        /// First id outside.
        public var outside: UInt32
        /// How many ids.
        public var count: UInt32

        /// A run of ids.
        public init(inside: UInt32, outside: UInt32, count: UInt32) {
            self.inside = inside
            self.outside = outside
            self.count = count
        }
    }

    /// User ids.
    public var uids: [Range]
    /// Group ids.
    public var gids: [Range]

    /// Two tables.
    public init(uids: [Range], gids: [Range]) {
        self.uids = uids
        self.gids = gids
    }

    /// The same block for users and groups, from 0 inside.
    public init(outside: UInt32, count: UInt32) {
        let range = Range(inside: 0, outside: outside, count: count)
        self.init(uids: [range], gids: [range])
    }

    /// The text for `/proc/PID/uid_map`.
    public var uidText: String { Self.text(uids) }
    /// The text for `/proc/PID/gid_map`.
    public var gidText: String { Self.text(gids) }

    /// Whether every id stands for itself, so that no mount has to be idmapped.
    public var isIdentity: Bool { (uids + gids).allSatisfy { $0.inside == $0.outside } }

    /// What a user id inside is outside; nil when it has no counterpart.
    public func outside(uid: UInt32) -> UInt32? { Self.outside(uid, in: uids) }
    /// What a group id inside is outside.
    public func outside(gid: UInt32) -> UInt32? { Self.outside(gid, in: gids) }

    private static func outside(_ id: UInt32, in ranges: [Range]) -> UInt32? {
        for range in ranges where id >= range.inside && id - range.inside < range.count {
            return range.outside + (id - range.inside)
        }
        return nil
    }

    private static func text(_ ranges: [Range]) -> String {
        ranges.map { "\($0.inside) \($0.outside) \($0.count)\n" }.joined()
    }

    /// Reads the text of a uid_map or gid_map file; lines that are none are left out.
    public static func ranges(parsing text: String) -> [Range] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ", omittingEmptySubsequences: true).compactMap { UInt32($0) }
            return fields.count == 3 ? Range(inside: fields[0], outside: fields[1], count: fields[2]) : nil
        }
    }

    /// The map of the caller's own user namespace.
    public static func current() throws(KernelError) -> IDMap {
        try read(in: "/proc/self")
    }

    /// The map of the user namespace that a process is in, as seen from here.
    public static func of(process pid: pid_t) throws(KernelError) -> IDMap {
        try read(in: FilePath("/proc/\(pid)"))
    }

    private static func read(in directory: FilePath) throws(KernelError) -> IDMap {
        IDMap(
            uids: ranges(parsing: try Files.text(directory.appending("uid_map"))),
            gids: ranges(parsing: try Files.text(directory.appending("gid_map"))))
    }

    /// The map of the caller's own user namespace, read once; nil when /proc cannot be read.
    package static let own: IDMap? = try? current()

    /// Whether these are all 2^32 - 1 ids unchanged: the initial user namespace, or one that hides nothing.
    public var isInitial: Bool {
        [uids, gids].allSatisfy { $0 == [Range(inside: 0, outside: 0, count: UInt32.max)] }
    }

    /// Every id this namespace has, each standing for itself: the widest map that a child of it can have.
    public var identityOverInside: IDMap {
        let same = { (range: Range) in Range(inside: range.inside, outside: range.inside, count: range.count) }
        return IDMap(uids: uids.map(same), gids: gids.map(same))
    }
}
