import Namespaces
import SystemPackage

/// What is done to volumes.
public struct Volumes: Sendable {
    let paths: StatePaths
    let store: VolumeStore

    /// The volumes of these places.
    public init(_ paths: StatePaths) {
        self.paths = paths
        store = VolumeStore(paths)
    }

    /// The words of `volume create`.
    public struct Request: Sendable {
        /// The name; nil for one without.
        public var name: String?
        /// `-d`.
        public var driver = "local"
        /// `-o`, each time it was given.
        public var options: [String] = []
        /// `--label`, each time it was given.
        public var labels: [String] = []

        /// A plain volume.
        public init(name: String? = nil) { self.name = name }

        /// What is to be written. Throws Docker's sentences.
        func record() throws -> VolumeRecord {
            let given = name.flatMap { $0.isEmpty ? nil : $0 }
            let name = try given ?? ContainerID.make()
            guard driver == "local" || driver.isEmpty else {
                throw UsageError(
                    "create \(name): error looking up volume plugin \(driver): plugin \(driver.goQuoted) not found")
            }
            try MountSpecification.checkVolumeName(name)
            var map: [String: String] = [:]
            for option in options {
                let (key, value) = option.cut("=")
                map[key] = value ?? ""
            }
            do { _ = try LocalDriver(map) } catch { throw UsageError("create \(name): \(error.message)") }
            return VolumeRecord(
                name, isAnonymous: given == nil, labels: try LabelList.gather(options: labels, files: []), options: map)
        }
    }

    /// `volume create`: returns the name. One that is there already stays as it is, as with Docker.
    public func create(_ request: Request) throws -> String {
        try Privilege.check("volume create needs root, who owns \(paths.root)")
        let record = try request.record()
        try ContainerStore(paths).checkOwner()
        let section = try store.section()
        defer { withExtendedLifetime(section) {} }
        if let existing = try store.record(record.name) {
            if !request.options.isEmpty && existing.options != record.options
                || !request.labels.isEmpty && existing.labels != record.labels
            {
                StandardError.write(
                    "WARNING: volume \(record.name) is there already, and keeps its own options and labels\n")
            }
            return record.name
        }
        try store.write(record)
        tell(.create, record.name)
        return record.name
    }

    /// The text of `volume inspect`, and a sentence for each name that is nobody's. Throws `UsageError` for a bad template.
    public func inspect(_ names: [String], format: String?) throws -> (output: String, problems: [String]) {
        try InspectionFormat(format).text(of: names) { name in
            try inspection(of: name)
        } complaint: { error in
            (error as? NoSuchVolume).map { "\($0)" }
        }
    }

    /// A volume under Docker's keys. Throws `NoSuchVolume`.
    func inspection(of name: String) throws -> JSONValue { inspection(of: try store.find(name)) }

    private func inspection(of volume: VolumeRecord) -> JSONValue {
        func map(_ texts: [String: String]) -> JSONValue { texts.isEmpty ? nil : .map(texts.mapValues { .string($0) }) }
        return [
            "CreatedAt": .string(Timestamp(nanoseconds: volume.created.seconds * 1_000_000_000).rfc3339),
            "Driver": .string(volume.driver),
            "Labels": map(volume.labels),
            "Mountpoint": .string(store.data(volume.name).string),
            "Name": .string(volume.name),
            "Options": map(volume.options),
            "Scope": "local",
        ]
    }

    func tell(_ action: VolumeAction, _ name: String) { EventLog(paths).append(Event(action, volume: name)) }
}
