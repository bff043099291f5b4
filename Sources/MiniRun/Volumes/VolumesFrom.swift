import Namespaces

/// The grammar of `--volumes-from`: `CONTAINER[:MODE]`, with Docker's messages.
struct VolumesFrom: Sendable, Equatable {
    /// The container's name or id.
    var container: String
    /// Whether what it can write is only to be read here.
    var isReadOnly = false

    /// Parses one value.
    init(parsing text: String) throws(UsageError) {
        guard !text.isEmpty else { throw UsageError("malformed volumes-from specification: \(text)") }
        let (name, mode) = text.cut(":")
        container = name
        guard let mode else { return }
        for word in mode.parts(",") where !["ro", "rw", "z", "Z"].contains(word) {
            throw UsageError("invalid mode for volumes-from: \(mode)")
        }
        isReadOnly = mode.parts(",").contains("ro")
    }

    /// The donor's volumes and binds as this container gets them. Throws `NoSuchContainer`.
    func mounts(_ store: ContainerStore) throws -> [MountSpecification] {
        try store.find(container).record.mounts.filter { $0.kind != .tmpfs }.map { mount in
            var mount = mount
            mount.isReadOnly = mount.isReadOnly || isReadOnly
            // What it has now is what it has; nothing is copied for a second container's image.
            mount.isLeftEmpty = true
            return mount
        }
    }
}
