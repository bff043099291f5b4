import Namespaces

/// Writes down what a new container is to be given, before any of it is made: until there is a record, a sweep finds here
/// which volumes are nobody else's.
struct NoteMounts: Step {
    let mounts: [MountSpecification]
    let container: String
    let paths: StatePaths

    func apply(on stage: Stage) throws { try JSONFile.write(MountNote(mounts: mounts), to: paths.mounts(container)) }

    var explanation: Explanation {
        let file = paths.mounts(container)
        return Explanation(
            shell: ["# note the volumes in \(file)"], systemCalls: ["write(\"\(file).new\"), rename(\"\(file)\")"],
            why:
                "If minirun is killed before the container has a record, the next command finds here what was made for it."
        )
    }
}

/// The note.
struct MountNote: RecordJSON {
    let mounts: [MountSpecification]

    init(mounts: [MountSpecification]) { self.mounts = mounts }

    init(json: JSONValue) throws(JSONError) { mounts = try json.records("mounts") }

    var json: JSONValue { ["mounts": .array(mounts.map(\.json))] }

    /// What a container without a record was to be given; nothing as long as nothing was made for it. Throws `CorruptFile`.
    static func mounts(of container: String, _ paths: StatePaths) throws -> [MountSpecification] {
        try JSONFile.read(MountNote.self, from: paths.mounts(container))?.mounts ?? []
    }
}

extension [MountSpecification] {
    /// The volumes among them.
    var volumes: [MountSpecification] { filter { $0.kind == .volume } }
}
