import Namespaces

/// A container that this process cares for: its id, its name, and the lock that says so to everybody else.
struct HeldContainer {
    /// 64 hexadecimal digits.
    let id: String
    /// The name at the start; somebody may rename it later.
    let name: String
    /// What the record said before; nil for a new container.
    let record: ContainerRecord?
    private let lock: FileLock

    /// Lets go of it for good.
    func release() { lock.unlock() }

    /// Makes a new container under the wanted or a generated name. Throws `NameTaken`.
    static func new(
        _ id: String, _ configuration: ContainerConfiguration, isPassing: Bool, _ store: ContainerStore
    ) throws -> HeldContainer {
        var attempt = 0
        while true {
            let name = configuration.name ?? GeneratedName.make(attempt: attempt)
            do {
                let lock = try store.make(id: id, name: name, isPassing: isPassing)
                return HeldContainer(id: id, name: name, record: nil, lock: lock)
            } catch let taken as NameTaken {
                attempt += 1
                if configuration.name != nil || attempt > 20 { throw taken }
            }
        }
    }

    /// Takes one that exists and that nobody cares for; nil when somebody does. Throws `NoSuchContainer`.
    static func existing(_ id: String, _ store: ContainerStore) throws -> HeldContainer? {
        guard let lock = try store.take(id) else { return nil }
        guard let record = try store.record(id) else { throw NoSuchContainer(reference: id) }
        return HeldContainer(id: id, name: record.name, record: record, lock: lock)
    }
}
