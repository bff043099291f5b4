import Namespaces

/// Which containers have which volumes, running or not; their records say so.
struct VolumeUsers {
    /// Their ids by volume.
    private let users: [String: [String]]

    /// Those of these containers. To be read in the volumes' section where it decides something: who takes a volume holds
    /// its lock until its record is written.
    init(_ records: [ContainerRecord]) {
        var users: [String: [String]] = [:]
        for record in records {
            for mount in record.mounts where mount.kind == .volume {
                if users[mount.source]?.contains(record.id) != true {
                    users[mount.source, default: []].append(record.id)
                }
            }
        }
        self.users = users
    }

    /// The ids of those that have the volume.
    func of(_ name: String) -> [String] { users[name] ?? [] }
}
