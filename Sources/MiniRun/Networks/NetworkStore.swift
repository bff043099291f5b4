import CShim
import Namespaces
import NetSetup
import SystemPackage

/// The networks that the user made, on disk:
///
///     networks/names/NAME      the id of the network that has the name
///     networks/ID/network.json
///
/// Whoever connects a container holds a ``NetworkMembership`` as long as the container is connected; `network rm` needs
/// the network for itself alone.
public struct NetworkStore: Sendable {
    /// Where the files are.
    public let paths: StatePaths

    /// The store at these paths.
    public init(_ paths: StatePaths) { self.paths = paths }

    private var names: FilePath { paths.networks.appending("names") }
    /// One network's directory.
    func directory(_ id: String) -> FilePath { paths.networks.appending(id) }
    func file(_ id: String) -> FilePath { directory(id).appending("network.json") }

    /// The network with this name, id, or beginning of an id; a name's look-up costs two files, however many there are.
    /// Predefined ones are not in here. Throws ``NoSuchNetwork``, ``AmbiguousNetwork``, `CorruptFile`.
    public func find(_ reference: String) throws -> NetworkRecord {
        if !reference.isEmpty, !reference.hasPrefix("."), !reference.contains("/"),
            let id = try StateFile.text(names.appending(reference)), ContainerID.isWhole(id), let found = try record(id)
        {
            return found
        }
        let matches = reference.isEmpty ? [] : try ids().filter { $0.utf8.starts(with: reference.utf8) }
        if matches.count > 1 { throw AmbiguousNetwork(reference: reference, count: matches.count) }
        guard let id = matches.first, let found = try record(id) else { throw NoSuchNetwork(reference: reference) }
        return found
    }

    /// All of them by age, the oldest first; a damaged record is told and left out.
    public func all() throws -> [NetworkRecord] { try survey().networks }

    /// The same, and whether none was left out: what networks have in common is given up only once all are known.
    func survey() throws -> (networks: [NetworkRecord], isWhole: Bool) {
        var isWhole = true
        let networks = try ids().compactMap { id -> NetworkRecord? in
            do { return try record(id) } catch let damage as CorruptFile {
                StandardError.write("minirun: \(damage)\n")
                isWhole = false
                return nil
            }
        }
        return (networks.sorted { ($0.created, $0.id) < ($1.created, $1.id) }, isWhole)
    }

    /// One record; nil when there is none.
    func record(_ id: String) throws -> NetworkRecord? { try JSONFile.read(NetworkRecord.self, from: file(id)) }

    private func ids() throws -> [String] { try Files.directories(in: paths.networks).filter(ContainerID.isWhole) }

    /// Held while networks are made and removed.
    func section() throws -> FileLock {
        try Files.makeDirectory(paths.networks)
        return try FileLock.enter(paths.networkLock)
    }

    /// Writes a new network, whose maker is in the section.
    func write(_ record: NetworkRecord) throws {
        try Files.makeDirectory(names)
        try Files.makeDirectory(directory(record.id))
        try JSONFile.write(record, to: file(record.id))
        try Files.write(record.id, to: names.appending(record.name))
    }

    /// Removes what is written of a network, whose remover is in the section.
    func remove(_ record: NetworkRecord) throws {
        try Files.removeTree(names.appending(record.name))
        try Files.removeTree(directory(record.id))
    }
}

/// There is no network of this name or id.
public struct NoSuchNetwork: Error, Sendable, CustomStringConvertible {
    /// What was asked for.
    public let reference: String
    /// Docker's sentence.
    public var description: String { "network \(reference) not found" }
}

/// Several networks' ids begin alike.
public struct AmbiguousNetwork: Error, Sendable, CustomStringConvertible {
    /// What was asked for.
    public let reference: String
    /// How many there are.
    public let count: Int
    /// Docker's sentence.
    public var description: String { "network \(reference) is ambiguous (\(count) matches found based on ID prefix)" }
}
