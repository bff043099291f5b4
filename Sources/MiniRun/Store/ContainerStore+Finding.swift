import Namespaces

extension ContainerStore {
    /// All containers, or only those that are cared for, youngest first; one whose record cannot be read is named on
    /// standard error and does not take the others down. Throws `KernelError`.
    public func containers(all: Bool) throws -> [Container] {
        let candidates = all ? try ids() : try ids(in: paths.supervised)
        return try candidates.compactMap { id -> Container? in
            let isHeld = try isHeld(id)
            guard all || isHeld else { return nil }
            do { return try record(id).map { Container(record: $0, isHeld: isHeld) } } catch let damage as CorruptFile {
                StandardError.write("minirun: \(damage)\n")
                return nil
            }
        }
        .sorted { $0.record.created > $1.record.created }
    }

    /// The container with this name, id, or beginning of an id. Throws `NoSuchContainer`, or `AmbiguousContainer` when
    /// several ids begin that way.
    public func find(_ reference: String) throws -> Container {
        let name = reference.hasPrefix("/") ? String(reference.dropFirst()) : reference
        if !name.isEmpty, !name.hasPrefix("."), !name.contains("/"), let id = try holder(of: name) {
            return try container(id, as: reference)
        }
        let matches = reference.isEmpty ? [] : try ids(beginningWith: reference).sorted()
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
