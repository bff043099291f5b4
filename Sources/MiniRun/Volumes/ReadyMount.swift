import Namespaces
import SystemPackage

/// A mount whose place on the host is known, and what has to be done before it can be had.
struct ReadyMount {
    let specification: MountSpecification
    /// The file or directory of the host; empty for a tmpfs.
    let source: FilePath
    /// Whether it can only be read, by the user's wish or the volume's options.
    let isReadOnly: Bool
    /// The volume; as it is going to be made when there is none yet.
    private let volume: VolumeRecord?
    private let driver: LocalDriver

    /// Looks up where it is. Throws `CorruptFile`, and Docker's sentence for a bind that cannot be propagated.
    init(_ specification: MountSpecification, _ store: VolumeStore) throws {
        self.specification = specification
        guard specification.kind == .volume else {
            if specification.kind == .bind { try PropagationCheck.check(specification) }
            (source, isReadOnly) = (FilePath(specification.source), specification.isReadOnly)
            (volume, driver) = (nil, .plain)
            return
        }
        let name = specification.source
        let record = try store.record(name) ?? VolumeRecord(name, isAnonymous: specification.isAnonymous)
        volume = record
        driver = try LocalDriver(record.options)
        if case .bind(let device, let deviceIsReadOnly) = driver {
            (source, isReadOnly) = (device, specification.isReadOnly || deviceIsReadOnly)
        } else {
            (source, isReadOnly) = (store.data(name), specification.isReadOnly)
        }
    }

    /// What it is on the host, for people to read.
    var shownSource: String {
        specification.subpath.map { source.pushing(FilePath($0)).string } ?? source.string
    }

    /// Takes the volume, and gives one that is empty what the image has there.
    func steps(for container: String, layers: [FilePath], _ paths: StatePaths) -> [any Step] {
        guard let volume else { return [] }
        let hold = HoldVolume(volume: volume, driver: driver, container: container, volumes: Volumes(paths))
        guard !specification.isLeftEmpty, specification.subpath == nil, driver == .plain else { return [hold] }
        let fill = FillVolume(
            volume: volume.name, layers: layers, target: specification.target, store: VolumeStore(paths))
        return [hold, fill]
    }
}
