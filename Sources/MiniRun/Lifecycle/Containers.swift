import Namespaces
import NetSetup

/// What can be asked about containers. Every question first sweeps up what killed supervisors left.
public struct Containers {
    let store: ContainerStore
    /// The ids of those that somebody cares for.
    let held: Set<String>

    /// The containers of this store. Throws `KernelError`, or `NetlinkError` from sweeping.
    public init(_ paths: StatePaths) throws {
        store = ContainerStore(paths)
        held = try Sweep(store).run()
    }

    /// Throws `CorruptFile` for a container of which nobody can know what it has: before it is asked what nobody has.
    public func checkRecords() throws { _ = try store.records() }

    /// The lines of `port`. Throws Docker's sentence when `port` names one that is not published.
    public func ports(of reference: String, matching port: String?) throws -> [String] {
        let container = try store.find(reference).record
        guard let port else { return PortListing.lines(container.ports) }
        do {
            return try PortListing.frontends(container.ports, of: port, container: reference)
        } catch { throw NoSuchPort(description: error.message) }
    }

    /// A container under Docker's keys. Throws `NoSuchContainer`, `AmbiguousContainer`.
    func inspection(of reference: String) throws -> JSONValue { try inspection(of: store.find(reference)) }

    private func inspection(of container: Container) throws -> JSONValue {
        let id = container.record.id
        return ContainerInspection(
            container: container,
            specification: try JSONFile.read(RuntimeSpecification.self, from: store.paths.specification(id)),
            directory: store.directory(of: id), volumes: VolumeStore(store.paths),
            drift: ContainerVerification.drift(of: container)
        ).json
    }
}

/// A port that the container does not publish, or that is none.
public struct NoSuchPort: Error, Sendable, Equatable, CustomStringConvertible {
    /// Docker's sentence.
    public let description: String
}
