import Namespaces

extension ContainerStore {
    /// Those that are cared for, as a sweep has found them, or all containers, youngest first; one whose record cannot be
    /// read is named on standard error and does not take the others down. Throws `KernelError`.
    func containers(all: Bool, held: Set<String>) throws -> [Container] {
        try (all ? ids() : Array(held)).compactMap { id -> Container? in
            do {
                return try record(id).map { Container(record: $0, isHeld: held.contains(id)) }
            } catch let damage as CorruptFile {
                StandardError.write("minirun: \(damage)\n")
                return nil
            }
        }
        .sorted { $0.record.created > $1.record.created }
    }

    /// The records of all containers there are, for whoever removes what none of them has. Throws `CorruptFile` where one
    /// cannot be read: what that container has, nobody can know.
    func records() throws -> [ContainerRecord] { try ids().compactMap(record) }

    /// The container with this name, id, or beginning of an id. Throws `NoSuchContainer`, or `AmbiguousContainer` when
    /// several ids begin that way.
    public func find(_ reference: String) throws -> Container { try find(reference, among: ids) }

    /// The same with a list of all ids that is made only when it is needed.
    func find(_ reference: String, among ids: () throws -> [String]) throws -> Container {
        let name = reference.hasPrefix("/") ? String(reference.dropFirst()) : reference
        if !name.isEmpty, !name.hasPrefix("."), !name.contains("/"), let id = try holder(of: name) {
            return try container(id, as: reference)
        }
        let matches = reference.isEmpty ? [] : try ids().filter { $0.utf8.starts(with: reference.utf8) }.sorted()
        if matches.count > 1 { throw AmbiguousContainer(reference: reference, candidates: matches) }
        guard let id = matches.first else { throw NoSuchContainer(reference: reference) }
        return try container(id, as: reference)
    }

    /// One container anew. Throws `NoSuchContainer` when it is gone, or has no record yet.
    func container(_ id: String, as reference: String? = nil) throws -> Container {
        let isHeld = try isHeld(id)
        guard let record = try record(id) else { throw NoSuchContainer(reference: reference ?? id) }
        return Container(record: record, isHeld: isHeld)
    }
}
