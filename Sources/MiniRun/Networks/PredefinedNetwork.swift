import CShim
import Namespaces
import NetSetup

/// The networks that are always there: `bridge`, `host`, `none`.
enum PredefinedNetwork {
    /// The id of a network that has no record: always the same on this machine, and another one on others.
    static func id(_ name: String) -> String {
        ContainerID.derived(from: "\(UniqueLocalPrefix.machineIdentity())/network/\(name)")
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
        let begin = beginning(store)
        for index in records.indices { records[index].created = begin }
        return records
    }

    /// They are as old as the file that was made with the first network of this machine; before that, as the machine's boot.
    private static func beginning(_ store: NetworkStore) -> Timestamp {
        var status = stat()
        if lstat(store.paths.networkLock.string, &status) == 0 {
            return Timestamp(seconds: Int64(status.st_mtim.tv_sec))
        }
        var up = timespec()
        clock_gettime(CLOCK_BOOTTIME, &up)
        return Timestamp(seconds: Timestamp.now.seconds - Int64(up.tv_sec))
    }
}
