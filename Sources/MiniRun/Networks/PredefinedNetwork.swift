import CShim
import Namespaces
import NetSetup

/// The networks that are always there: `bridge`, `host`, `none`.
enum PredefinedNetwork {
    /// The id of a network that has no record: always the same on this machine, and another one on others.
    static func id(_ name: String) -> String {
        let machine = UniqueLocalPrefix.machineIdentity()
        return (0..<4).map { part in
            let number = StableHash.of("\(machine)/network/\(name)/\(part)")
            return ContainerID.hexadecimal((0..<8).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
        }.joined()
    }

    /// `host` or `none`.
    static func record(_ name: String, _ driver: NetworkDriver) -> NetworkRecord {
        NetworkRecord(id: id(name), name: name, created: Timestamp(nanoseconds: 0), driver: driver)
    }

    /// All three, as far as the settings leave them. Throws `NetlinkError`.
    static func all(_ settings: NetworkSettings, _ store: NetworkStore, _ socket: NetlinkSocket) throws
        -> [NetworkRecord]
    {
        var records = [record("host", .host), record("none", .null)]
        if settings.hasDefaultNetwork { records.append(try DefaultNetwork.look(settings, store, socket)) }
        // They are as old as minirun is on this machine.
        var status = stat()
        guard lstat(store.paths.networks.string, &status) == 0 else { return records }
        let begin = Timestamp(seconds: Int64(status.st_ctim.tv_sec))
        for index in records.indices { records[index].created = begin }
        return records
    }
}
