import Namespaces
import SystemPackage

extension Volumes {
    /// `volume rm`: each on its own. With `force`, one that is not there is no failure.
    public func remove(_ names: [String], force: Bool = false) throws -> [Result<Void, any Error>] {
        try prepare("volume rm")
        return names.map { name in
            Result { do { try remove(name) } catch let missing as NoSuchVolume { if !force { throw missing } } }
        }
    }

    /// `volume prune`: removes the volumes that no container has; with `all`, those with a name too. Their names, and the
    /// room that they took on disk.
    public func prune(_ filter: VolumePruneFilter, all: Bool) throws -> (names: [String], size: Int64) {
        try prepare("volume prune")
        var size: Int64 = 0
        let names = try store.all().filter { (all || filter.takesAll || $0.isAnonymous) && filter.matches($0) }
            .compactMap { volume -> String? in
                let taken = Files.size(of: store.data(volume.name))
                do { try remove(volume.name) } catch is VolumeInUse { return nil } catch is NoSuchVolume { return nil }
                size += taken
                return volume.name
            }
        let section = try store.section()
        defer { withExtendedLifetime(section) {} }
        try store.sweep()
        return (names, size)
    }

    /// Before a decision about what is in use: killed supervisors' containers no longer are.
    private func prepare(_ command: String) throws {
        try Privilege.check("\(command) needs root, who owns \(paths.root)")
        try Sweep(ContainerStore(paths)).run()
    }

    /// Removes a volume that no container has, or only `container`, which goes or whose start has failed. Throws
    /// ``VolumeInUse``, ``NoSuchVolume``, and `CorruptFile` for a container of which nobody can know what it has.
    func remove(_ name: String, besides container: String? = nil) throws {
        let section = try store.section()
        defer { withExtendedLifetime(section) {} }
        _ = try store.find(name)
        let users = VolumeUsers(try ContainerStore(paths).records()).of(name).filter { $0 != container }
        guard users.isEmpty, let lock = try FileLock.take(file: store.users(name), shared: false) else {
            throw VolumeInUse(name: name, users: users)
        }
        defer { withExtendedLifetime(lock) {} }
        try LocalDriver.unmount(store.data(name))
        try store.remove(name)
        tell(.destroy, name)
    }

    /// Removes the volumes without a name of a container that goes, before the last note of them does; one that another has
    /// by `--volumes-from` stays.
    func removeAnonymous(_ mounts: [MountSpecification], of container: String) {
        for mount in mounts where mount.isAnonymous {
            do { try remove(mount.source, besides: container) } catch is VolumeInUse {} catch is NoSuchVolume {} catch {
                StandardError.write("minirun: \(error)\n")
            }
        }
    }
}

/// `volume prune --filter`: which of the volumes that no container has are removed.
public struct VolumePruneFilter: Sendable {
    private let filter: Filter
    /// `all=true`: those with a name too.
    let takesAll: Bool

    /// Reads the words of the option. Throws Docker's sentences.
    public init(_ words: [String] = [], all: Bool = false) throws(UsageError) {
        filter = try Filter(parsing: words, keys: ["all", "label", "label!"], flag: "--filter")
        if all, !filter["all"].isEmpty {
            throw UsageError("conflicting options: cannot specify both --all and --filter all=1")
        }
        takesAll = try filter.truth("all") ?? false
    }

    /// Whether the volume is meant.
    func matches(_ volume: VolumeRecord) -> Bool { filter.allowsLabels(volume.labels) }
}
