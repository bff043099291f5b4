import CShim
import Namespaces
import SystemPackage

/// The containers on disk. A container lives as long as its directory's flock is held; nothing else is believed.
public struct ContainerStore: Sendable {
    /// Where the files are.
    public let paths: StatePaths

    /// The store at these paths; nothing is created until a container is.
    public init(_ paths: StatePaths) {
        self.paths = paths
    }

    // MARK: Making

    /// Makes and locks the directory of a new container, and gives it the name; both at once, so that nobody can see one
    /// without the other. Throws `NameTaken` when a living container has the name.
    func open(id: String, name: String) throws -> FileLock {
        for directory in [paths.containers, paths.names] {
            try Files.makeDirectory(directory, mode: 0o700)
        }
        try checkOwner()
        let section = try FileLock.enter(paths.lock)
        defer { withExtendedLifetime(section) {} }
        try checkFree(name: name)
        try Files.makeDirectory(paths.container(id), mode: 0o711)
        guard let lock = try FileLock.take(paths.container(id)) else {
            throw KernelError("lock \(paths.container(id))", .wouldBlock)
        }
        try Files.write(id, to: paths.name(name))
        return lock
    }

    /// What is written in the state directory is believed (which processes to end, which files to remove), so it has to be
    /// ours. Throws `UsageError` when it is somebody else's.
    func checkOwner() throws(UsageError) {
        var status = stat()
        guard lstat(paths.state.string, &status) == 0, status.st_uid != geteuid() else { return }
        throw UsageError(
            "state directory \(paths.state) belongs to user \(status.st_uid): name one of your own with --state")
    }

    /// Throws `NameTaken` when a living container has the name now.
    func checkFree(name: String) throws {
        if let holder = try holder(of: name) { throw NameTaken(name: name, holder: holder) }
    }

    /// Gives the container's name and directory back.
    func close(id: String, name: String) throws {
        try Files.removeTree(paths.name(name))
        try Files.removeTree(paths.container(id))
    }

    /// The living container that has the name.
    private func holder(of name: String) throws -> String? {
        guard let id = try StateFile.text(paths.name(name)), ContainerID.isWhole(id) else { return nil }
        return try FileLock.isHeld(paths.container(id)) ? id : nil
    }

    // MARK: Finding

    /// The records of all living containers, youngest first; one that cannot be read is named on standard error and does
    /// not take the others down. Throws `KernelError`.
    public func living() throws -> [ContainerRecord] {
        try ids().filter { try FileLock.isHeld(paths.container($0)) }
            .compactMap { id in
                do { return try record(id) } catch let damage as CorruptFile {
                    StandardError.write("minirun: \(damage)\n")
                    return nil
                }
            }
            .filter { $0.process != nil }
            .sorted { $0.created > $1.created }
    }

    /// The ids of containers whose supervisor is gone.
    func dead() throws -> [String] {
        try ids().filter { try !FileLock.isHeld(paths.container($0)) }
    }

    /// Every container that has a directory; whatever else lies there is none of ours.
    private func ids() throws -> [String] {
        try Files.names(in: paths.containers).filter { name in
            var status = stat()
            return ContainerID.isWhole(name) && lstat(paths.container(name).string, &status) == 0
                && status.st_mode & mode_t(S_IFMT) == mode_t(S_IFDIR)
        }
    }

    /// The record of one container; nil as long as it has none. Throws `CorruptFile`, also for a record of another one.
    func record(_ id: String) throws -> ContainerRecord? {
        let file = paths.container(id).appending("container.json")
        guard let record = try JSONFile.read(ContainerRecord.self, from: file) else { return nil }
        guard record.id == id, (try? ContainerName.parse(record.name)) == record.name
        else {
            throw CorruptFile(path: file, reason: "it is the record of another container")
        }
        return record
    }

    /// Writes the record of a container.
    func write(_ record: ContainerRecord) throws {
        try JSONFile.write(record, to: paths.container(record.id).appending("container.json"))
    }

    /// The living container with this name, id, or beginning of an id. Throws `NoSuchContainer`, or `AmbiguousContainer`
    /// when several ids begin that way.
    public func find(_ reference: String) throws -> ContainerRecord {
        if !reference.hasPrefix("."), !reference.contains("/"), let id = try holder(of: reference),
            let record = try record(id)
        {
            return record
        }
        let matches = try ids()
            .filter { !reference.isEmpty && $0.hasPrefix(reference) }
            .filter { try FileLock.isHeld(paths.container($0)) }
            .sorted()
        if matches.count > 1 { throw AmbiguousContainer(reference: reference, candidates: matches) }
        guard let id = matches.first, let record = try record(id) else { throw NoSuchContainer(reference: reference) }
        return record
    }
}

/// The name belongs to a living container.
public struct NameTaken: Error, CustomStringConvertible {
    let name: String
    let holder: String

    /// Docker's sentence.
    public var description: String {
        """
        Conflict. The container name "/\(name)" is already in use by container "\(holder)". \
        You have to remove (or rename) that container to be able to reuse that name.
        """
    }
}

/// Nothing lives under this name or id.
public struct NoSuchContainer: Error, CustomStringConvertible {
    /// What was asked for.
    public let reference: String

    /// Docker's sentence.
    public var description: String { "No such container: \(reference)" }
}

/// Several ids begin with what was given.
public struct AmbiguousContainer: Error, CustomStringConvertible {
    let reference: String
    let candidates: [String]

    /// Names the candidates.
    public var description: String {
        "multiple IDs found with provided prefix: \(reference) (\(candidates.map(ContainerID.short).joined(separator: ", ")))"
    }
}
