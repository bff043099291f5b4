/// Finding ids for one container alone (`--userns auto`), besides those that all others share.
extension SubordinateIDs {
    /// A run of ids, of users and of groups.
    public struct Block: Sendable, Equatable {
        /// First user id of the host.
        public var uid: UInt32
        /// First group id of the host.
        public var gid: UInt32
        /// How many of both.
        public var count: UInt32

        /// A run of ids.
        public init(uid: UInt32, gid: UInt32, count: UInt32) {
            self.uid = uid
            self.gid = gid
            self.count = count
        }

        /// The map in which these are a container's ids from 0.
        public var map: IDMap {
            IDMap(
                uids: [.init(inside: 0, outside: uid, count: count)],
                gids: [.init(inside: 0, outside: gid, count: count)])
        }
    }

    /// Those that may be given away: what the files give to `containers`, as with Podman; where that is nothing, and the
    /// caller may help itself, whatever lies between 524288 and 2^31 and is in no line.
    func spaces(mayInvent: Bool) -> [Block] {
        let owner = "containers"
        let given = zip(uids.filter { $0.owner == owner }, gids.filter { $0.owner == owner })
            .map { Block(uid: $0.start, gid: $1.start, count: min($0.count, $1.count)) }
        guard given.isEmpty, mayInvent else { return given }
        var spaces: [Block] = []
        var start = UInt64(Self.firstFree)
        let limit = UInt64(1) << 31
        for entry in (uids + gids).sorted(by: { $0.start < $1.start }) where UInt64(entry.start) < limit {
            if UInt64(entry.start) > start { spaces.append(Self.space(start, UInt64(entry.start))) }
            start = max(start, UInt64(entry.start) + UInt64(entry.count))
        }
        if start < limit { spaces.append(Self.space(start, limit)) }
        return spaces
    }

    private static func space(_ start: UInt64, _ end: UInt64) -> Block {
        Block(uid: UInt32(start), gid: UInt32(start), count: UInt32(end - start))
    }

    /// The first `count` ids that none of the `taken` has; nil when there are no such.
    static func firstFree(_ count: UInt32, in spaces: [Block], taken: [Block]) -> Block? {
        for space in spaces {
            var offset: UInt64 = 0
            while offset + UInt64(count) <= UInt64(space.count) {
                let from = (uid: UInt64(space.uid) + offset, gid: UInt64(space.gid) + offset)
                var step: UInt64 = 0
                for block in taken {
                    step = max(step, distance(from.uid, count, past: block.uid, block.count))
                    step = max(step, distance(from.gid, count, past: block.gid, block.count))
                }
                if step == 0 { return Block(uid: UInt32(from.uid), gid: UInt32(from.gid), count: count) }
                offset += step
            }
        }
        return nil
    }

    /// How far on the ids that are in the way end; 0 when they are not.
    private static func distance(_ wanted: UInt64, _ count: UInt32, past start: UInt32, _ size: UInt32) -> UInt64 {
        let end = UInt64(start) + UInt64(size)
        return wanted < end && UInt64(start) < wanted + UInt64(count) ? end - wanted : 0
    }

    /// Ids that neither the `taken` nor the containers without ids of their own have. Throws ``KernelError`` when there are
    /// not so many left.
    public static func ownBlock(_ count: UInt32, besides taken: [Block]) throws(KernelError) -> Block {
        let own = try IDMap.current()
        let common = try mapForContainer()
        let commonBlocks = zip(common.uids, common.gids)
            .map { Block(uid: $0.outside, gid: $1.outside, count: max($0.count, $1.count)) }
        let spaces = read().spaces(mayInvent: own.isInitial)
        if let block = firstFree(count, in: spaces, taken: taken + commonBlocks), own.covers(block.map) { return block }
        throw KernelError(
            "find \(count) ids that no other container has", .noSpace,
            hint: "give the user `containers` more of them in /etc/subuid and /etc/subgid, or ask for less with "
                + "--userns auto:size=N")
    }
}
