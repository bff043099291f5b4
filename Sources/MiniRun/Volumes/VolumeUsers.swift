import Namespaces

/// Which containers have which volumes, running or not; their records say so.
struct VolumeUsers {
    /// Their ids by volume.
    private let users: [String: [String]]

    /// Reads all records. To be made in the volumes' section where it decides something: who takes a volume holds its lock
    /// until its record is written.
    init(_ store: ContainerStore) throws {
        var users: [String: [String]] = [:]
        for container in try store.containers(all: true, held: []) {
            for mount in container.record.mounts where mount.kind == .volume {
                if users[mount.source]?.contains(container.record.id) != true {
                    users[mount.source, default: []].append(container.record.id)
                }
            }
        }
        self.users = users
    }

    /// The ids of those that have the volume.
    func of(_ name: String) -> [String] { users[name] ?? [] }
}
