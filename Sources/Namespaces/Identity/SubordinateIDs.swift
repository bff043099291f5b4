import CShim
import SystemPackage

/// The ids that this host sets aside for containers: /etc/subuid and /etc/subgid (subuid(5)).
public struct SubordinateIDs: Sendable, Equatable {
    /// A line `owner:start:count`.
    public struct Entry: Sendable, Equatable {
        /// User name or number.
        public var owner: String
        /// First id.
        public var start: UInt32
        /// How many ids.
        public var count: UInt32

        /// One line's content.
        public init(owner: String, start: UInt32, count: UInt32) {
            self.owner = owner
            self.start = start
            self.count = count
        }
    }

    /// What a container gets, and what the kernel's own map of a user namespace may be as large as.
    public static let blockSize: UInt32 = 65536

    /// Where systemd's range for containers begins (systemd's UIDS-GIDS document).
    static let firstFree: UInt32 = 524_288

    /// Lines of /etc/subuid.
    public var uids: [Entry]
    /// Lines of /etc/subgid.
    public var gids: [Entry]

    /// Entries of both files.
    public init(uids: [Entry], gids: [Entry]) {
        self.uids = uids
        self.gids = gids
    }

    /// Reads the text of one of the files. Comments, blank lines and lines that are none are passed over, as
    /// newuidmap(1) does.
    public static func entries(parsing text: String) -> [Entry] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count == 3, !fields[0].isEmpty, !fields[0].hasPrefix("#"),
                let start = UInt32(fields[1]), let count = UInt32(fields[2]), count > 0,
                !start.addingReportingOverflow(count - 1).overflow
            else { return nil }
            return Entry(owner: String(fields[0]), start: start, count: count)
        }
    }

    /// The map for a container: the block of the first of `owners` that has one in both files; for the real root, if
    /// none has, the first block above 524288 that no line touches. Nil when there is nothing to be had.
    public func map(owners: [String], mayInvent: Bool) -> IDMap? {
        for owner in owners {
            if let uid = Self.block(of: owner, in: uids), let gid = Self.block(of: owner, in: gids) {
                return IDMap(
                    uids: [.init(inside: 0, outside: uid, count: Self.blockSize)],
                    gids: [.init(inside: 0, outside: gid, count: Self.blockSize)])
            }
        }
        guard mayInvent, let start = Self.untouchedBlock(beside: uids + gids) else { return nil }
        return IDMap(outside: start, count: Self.blockSize)
    }

    private static func block(of owner: String, in entries: [Entry]) -> UInt32? {
        entries.first { $0.owner == owner && $0.count >= blockSize }?.start
    }

    private static func untouchedBlock(beside entries: [Entry]) -> UInt32? {
        var start = firstFree
        for entry in entries.sorted(by: { $0.start < $1.start }) {
            let end = UInt64(entry.start) + UInt64(entry.count)
            if end <= UInt64(start) { continue }
            if UInt64(entry.start) >= UInt64(start) + UInt64(blockSize) { break }
            let aligned = (end + UInt64(blockSize) - 1) / UInt64(blockSize) * UInt64(blockSize)
            // 2^31 and above are ids that some tools take for negative numbers.
            if aligned >= 1 << 31 { return nil }
            start = UInt32(aligned)
        }
        return start
    }

    /// Reads both files; a missing one is empty.
    public static func read() -> SubordinateIDs {
        SubordinateIDs(
            uids: entries(parsing: (try? Files.text("/etc/subuid")) ?? ""),
            gids: entries(parsing: (try? Files.text("/etc/subgid")) ?? ""))
    }

    /// Whether a container gets ids of its own here.
    public static var isAvailable: Bool { (try? mapForContainer())?.isIdentity == false }

    /// The map for a container of the calling process.
    ///
    /// As the real root: the block of `minirun`, of `containers` or of the caller, or else a free one. In a user
    /// namespace too small for a block of its own: every id there is, each standing for itself.
    public static func mapForContainer(callerName: String = "root") throws(KernelError) -> IDMap {
        let own = try IDMap.current()
        let inInitial = own.isInitial
        let found = read().map(owners: ["minirun", "containers", callerName], mayInvent: inInitial)
        if let found, own.covers(found) { return found }
        if inInitial {
            throw KernelError(
                "find 65536 subordinate ids", .noSuchFileOrDirectory,
                hint: "add `minirun:524288:65536` to /etc/subuid and /etc/subgid, or use --userns host")
        }
        return own.identityOverInside
    }
}

extension IDMap {
    /// Whether every id that `child` uses outside is an id inside of this map.
    func covers(_ child: IDMap) -> Bool {
        func inside(_ ranges: [Range], _ wanted: [Range]) -> Bool {
            wanted.allSatisfy { want in
                ranges.contains {
                    want.outside >= $0.inside
                        && UInt64(want.outside) + UInt64(want.count) <= UInt64($0.inside) + UInt64($0.count)
                }
            }
        }
        return inside(uids, child.uids) && inside(gids, child.gids)
    }
}
