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

    /// The lines of `port`. Throws Docker's sentence when `port` names one that is not published.
    public func ports(of reference: String, matching port: String?) throws -> [String] {
        let container = try store.find(reference).record
        guard let port else { return PortListing.lines(container.ports) }
        do {
            return try PortListing.frontends(container.ports, of: port, container: reference)
        } catch { throw NoSuchPort(description: error.message) }
    }

    /// The text of `inspect`, and a sentence for each reference that is nobody's. Throws `UsageError` for a bad template.
    public func inspect(_ references: [String], format: String?) throws -> (output: String, problems: [String]) {
        let isJSON = format == "json"
        let template = try isJSON ? nil : format.map { try GoTemplate(parsing: $0) }
        var found: [JSONValue] = []
        var problems: [String] = []
        for reference in references {
            do { found.append(try inspection(of: store.find(reference))) } catch let missing as NoSuchContainer {
                problems.append("No such object: \(missing.reference)")
            }
        }
        let list = JSONValue.array(found)
        guard let template else { return ((isJSON ? list.compact : list.pretty) + "\n", problems) }
        return (try found.map { try template.render($0) + "\n" }.joined(), problems)
    }

    private func inspection(of container: Container) throws -> JSONValue {
        let id = container.record.id
        return ContainerInspection(
            container: container,
            specification: try JSONFile.read(RuntimeSpecification.self, from: store.paths.specification(id)),
            directory: store.directory(of: id)
        ).json
    }
}

/// A port that the container does not publish, or that is none.
public struct NoSuchPort: Error, Sendable, Equatable, CustomStringConvertible {
    /// Docker's sentence.
    public let description: String
}
