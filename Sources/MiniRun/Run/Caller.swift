import CShim
import Namespaces

/// The user that has called minirun: where root was only borrowed by sudo(8), the one who has borrowed it.
struct Caller {
    let uid: UInt32
    let gid: UInt32

    /// Throws a sentence that says why root is nobody to be kept.
    static func current() throws(UsageError) -> Caller {
        if let uid = number("SUDO_UID"), let gid = number("SUDO_GID"), uid != 0 { return Caller(uid: uid, gid: gid) }
        throw UsageError(
            "--userns keep-id keeps the ids of a user who calls minirun by sudo, and there is none: root of the host "
                + "is no user of a container's; see --uidmap")
    }

    private static func number(_ variable: String) -> UInt32? {
        getenv(variable).flatMap { UInt32(String(cString: $0)) }
    }
}

extension RunRequest {
    /// The same request with the caller's ids written down: who starts the container again may be somebody else, and the
    /// layer on disk belongs to these. Where no user is named the command runs as the caller. Throws like `Caller.current`.
    func keepingCaller(_ mode: UserNamespaceMode) throws -> RunRequest {
        guard case .keepID(let wantedUser, let wantedGroup) = mode else { return self }
        let caller = try Caller.current()
        let (uid, gid) = (wantedUser ?? caller.uid, wantedGroup ?? caller.gid)
        let map = try SubordinateIDs.mapForContainer().admitting(caller, asUser: uid, group: gid)
        var request = self
        request.userns = nil
        request.uidMap = map.uids.map { "\($0.inside):\($0.outside):\($0.count)" }
        request.gidMap = map.gids.map { "\($0.inside):\($0.outside):\($0.count)" }
        request.user = user ?? "\(uid):\(gid)"
        return request
    }
}

extension IDMap {
    /// The same map, in which `caller` is the user `uid` and the group `gid` of the container; what follows moves up by one.
    /// Throws when the block does not reach so far.
    func admitting(_ caller: Caller, asUser uid: UInt32, group gid: UInt32) throws(UsageError) -> IDMap {
        IDMap(
            uids: try Self.admitting(caller.uid, as: uid, into: uids),
            gids: try Self.admitting(caller.gid, as: gid, into: gids))
    }

    private static func admitting(_ own: UInt32, as id: UInt32, into ranges: [Range]) throws(UsageError) -> [Range] {
        guard let block = ranges.first, ranges.count == 1, block.inside == 0, id <= block.count, id > 0,
            own < block.outside || own - block.outside >= block.count
        else {
            throw UsageError("--userns keep-id: id \(id) is not between 1 and the number of the container's ids")
        }
        let lower = Range(inside: 0, outside: block.outside, count: id)
        let kept = Range(inside: id, outside: own, count: 1)
        guard id < block.count else { return [lower, kept] }
        return [lower, kept, Range(inside: id + 1, outside: block.outside + id, count: block.count - id)]
    }
}
