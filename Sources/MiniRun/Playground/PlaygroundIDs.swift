import CShim
import Namespaces

/// The ids that a playground without privilege has.
enum PlaygroundIDs {
    /// Root's own: no new user namespace is made.
    static let own = IDMap(outside: 0, count: UInt32.max)

    /// The caller's id as root. The kernel lets anybody map this one; further ids need the help of newuidmap(1).
    static func map() -> IDMap {
        let (uid, gid) = (geteuid(), getegid())
        var map = IDMap(
            uids: [.init(inside: 0, outside: uid, count: 1)], gids: [.init(inside: 0, outside: gid, count: 1)])
        guard uid != 0, IDMapHelper.isInstalled, let entry = getpwuid(uid) else { return map }
        let names = [String(cString: entry.pointee.pw_name), String(uid)]
        let ranges = SubordinateIDs.read()
        func block(_ entries: [SubordinateIDs.Entry]) -> IDMap.Range? {
            entries.first { names.contains($0.owner) }.map { .init(inside: 1, outside: $0.start, count: $0.count) }
        }
        if let users = block(ranges.uids), let groups = block(ranges.gids) {
            map.uids.append(users)
            map.gids.append(groups)
        }
        return map
    }
}
