import CShim
import Namespaces
import SystemPackage

/// The containers on disk. A container is cared for as long as its supervised directory's flock is held; nothing else is
/// believed. Its record lies in one of two places, see ``StatePaths``.
public struct ContainerStore: Sendable {
    /// Where the files are.
    public let paths: StatePaths

    /// The store at these paths; nothing is created until a container is.
    public init(_ paths: StatePaths) {
        self.paths = paths
    }

    /// What is written in the state directory is believed (which processes to end, which files to remove), so it has to be
    /// ours. Throws `UsageError` when it is somebody else's.
    func checkOwner() throws(UsageError) {
        for (directory, option) in [(paths.state, "--state"), (paths.root, "--root")] {
            var status = stat()
            guard lstat(directory.string, &status) == 0, status.st_uid != geteuid() else { continue }
            throw UsageError(
                "directory \(directory) belongs to user \(status.st_uid): \(status.st_uid == 0 ? "use sudo, or " : "")"
                    + "name one of your own with \(option)")
        }
    }

    /// Held while names and containers are taken, given up or swept.
    func section() throws -> FileLock { try FileLock.enter(paths.lock) }

    // MARK: Places

    /// Where the container has its files.
    func place(of id: String) -> ContainerPlace {
        access(paths.kept.container(id).string, F_OK) == 0 ? paths.kept : paths.passing
    }

    /// The container's directory.
    func directory(of id: String) -> FilePath { place(of: id).container(id) }

    /// Whether a supervisor cares for the container now.
    func isHeld(_ id: String) throws -> Bool { try FileLock.isHeld(paths.supervised(id)) }

    /// Every container that has a directory below this one; whatever else lies there is none of ours.
    func ids(in containers: FilePath) throws -> [String] {
        try Files.directories(in: containers).filter(ContainerID.isWhole)
    }

    /// Every container there is: those that are kept, and those that are only passing.
    func ids() throws -> [String] {
        let kept = try ids(in: paths.kept.containers)
        let known = Set(kept)
        return try kept + ids(in: paths.supervised).filter { !known.contains($0) }
    }

    // MARK: Records

    /// The record of one container; nil as long as it has none. Throws `CorruptFile`, also for a record of another one.
    func record(_ id: String) throws -> ContainerRecord? {
        let file = place(of: id).record(id)
        guard let record = try JSONFile.read(ContainerRecord.self, from: file) else { return nil }
        guard record.id == id, (try? ContainerName.parse(record.name)) == record.name
        else {
            throw CorruptFile(path: file, reason: "it is the record of another container")
        }
        return record
    }

    /// Writes a record that nobody else can be changing.
    func write(_ record: ContainerRecord) throws {
        try JSONFile.write(record, to: place(of: record.id).record(record.id))
    }

    /// Changes a record, read anew, while nobody else does. Returns it, or throws `NoSuchContainer` when there is none.
    @discardableResult
    func update(_ id: String, _ change: (inout ContainerRecord) throws -> Void) throws -> ContainerRecord {
        let place = place(of: id)
        let lock = try recordLock(id, place)
        guard var record = try record(id) else { throw NoSuchContainer(reference: id) }
        try change(&record)
        try JSONFile.write(record, to: place.record(id))
        withExtendedLifetime(lock) {}
        return record
    }

    private func recordLock(_ id: String, _ place: ContainerPlace) throws -> FileLock {
        do { return try FileLock.enter(place.container(id).appending("record.lock")) } catch
            where error.errno == .noSuchFileOrDirectory
        { throw NoSuchContainer(reference: id) }
    }
}
