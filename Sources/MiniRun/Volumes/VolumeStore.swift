import CShim
import Namespaces
import SystemPackage

/// The volumes on disk:
///
///     volumes/NAME/volume.json  the record
///     volumes/NAME/_data        what containers see
///     volumes/NAME/users        flocked together by all who start with it or run with it, alone by its remover
///     volumes/NAME/copy.lock    flock: held while the volume gets what an image has at its place
///
/// A volume comes into being, and goes, by one rename: there is never half a one. Names that begin with a dot are on their
/// way in or out.
public struct VolumeStore: Sendable {
    /// Where the files are.
    public let paths: StatePaths

    /// The store at these paths.
    public init(_ paths: StatePaths) { self.paths = paths }

    /// A volume's directory.
    func directory(_ name: String) -> FilePath { paths.volumes.appending(name) }
    /// What containers see of it.
    func data(_ name: String) -> FilePath { directory(name).appending("_data") }
    func file(_ name: String) -> FilePath { directory(name).appending("volume.json") }
    func users(_ name: String) -> FilePath { directory(name).appending("users") }
    func copyLock(_ name: String) -> FilePath { directory(name).appending("copy.lock") }

    /// One record; nil when there is none. Throws `CorruptFile`, also for the record of another volume.
    func record(_ name: String) throws -> VolumeRecord? {
        guard (try? MountSpecification.checkVolumeName(name)) != nil else { return nil }
        guard let record = try JSONFile.read(VolumeRecord.self, from: file(name)) else { return nil }
        guard record.name == name else {
            throw CorruptFile(path: file(name), reason: "it is the record of another volume")
        }
        return record
    }

    /// The volume of this name. Throws ``NoSuchVolume``, `CorruptFile`.
    public func find(_ name: String) throws -> VolumeRecord {
        guard let record = try record(name) else { throw NoSuchVolume(name: name) }
        return record
    }

    /// All of them in the natural order of their names; a damaged record is told and left out.
    public func all() throws -> [VolumeRecord] {
        try Files.directories(in: paths.volumes).compactMap { name -> VolumeRecord? in
            do { return try record(name) } catch let damage as CorruptFile {
                StandardError.write("minirun: \(damage)\n")
                return nil
            }
        }.sorted { NaturalOrder.precedes($0.name, $1.name) }
    }

    /// Held while volumes are made, taken and removed.
    func section() throws -> FileLock {
        // Nobody else's business: with another's set-user-id file in a volume, the way to it is closed here.
        try Files.makeDirectory(paths.volumes, mode: 0o700)
        // One that somebody has made or copied here may be open.
        guard chmod(paths.volumes.string, 0o700) == 0 else {
            throw KernelError.current("close \(paths.volumes) to others")
        }
        return try FileLock.enter(paths.volumeLock)
    }

    /// Makes a new volume, whose maker is in the section. A full disk leaves none.
    func write(_ record: VolumeRecord) throws {
        let new = directory(".\(record.name).new")
        try Files.removeTree(new)
        do {
            try Files.makeDirectory(new, mode: 0o711)
            try Files.makeDirectory(new.appending("_data"))
            try JSONFile.write(record, to: new.appending("volume.json"))
            guard rename(new.string, directory(record.name).string) == 0 else {
                throw KernelError.current("make volume \(record.name)")
            }
        } catch {
            try? Files.removeTree(new)
            throw error
        }
    }

    /// Removes a volume and all that is in it, whose remover is in the section.
    func remove(_ name: String) throws {
        let old = directory(".\(name).old")
        try Files.removeTree(old)
        guard rename(directory(name).string, old.string) == 0 else {
            throw KernelError.current("remove volume \(name)")
        }
        try Files.removeTree(old)
    }

    /// Clears away what somebody who was killed has left on its way in or out. The caller is in the section.
    func sweep() throws {
        for name in try Files.directories(in: paths.volumes) where name.begins(with: ".") {
            try Files.removeTree(directory(name))
        }
    }
}
