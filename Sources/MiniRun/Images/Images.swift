import CShim
import Namespaces
import SystemPackage

/// `pull`, `load`, `images` and the rest: what commands do with images.
public struct Images {
    let paths: StatePaths
    let store: ImageStore

    /// Those of this store.
    public init(_ paths: StatePaths) {
        self.paths = paths
        store = ImageStore(paths)
    }

    /// How a registry is spoken to.
    public struct Access: Sendable {
        /// False also allows plain HTTP and unproven certificates; nil leaves it to /etc/containers/registries.conf.
        public var verifiesTLS: Bool?
        /// Another machine's variant: `linux/arm64`.
        public var platform: String?
        /// `--creds NAME:WORD`.
        public var credentials: String?
        /// `--authfile`.
        public var authorityFile: String?

        /// As it goes without saying.
        public init(
            verifiesTLS: Bool? = nil, platform: String? = nil, credentials: String? = nil, authorityFile: String? = nil
        ) {
            self.verifiesTLS = verifiesTLS
            self.platform = platform
            self.credentials = credentials
            self.authorityFile = authorityFile
        }
    }

    /// A name and what it leads to.
    public typealias Named = (name: String, id: Digest)

    // MARK: Bringing

    /// Brings an image from its registry, by skopeo, whose progress is seen on standard error. Throws ``ImageError`` with the
    /// store as it was, `UsageError` for a name that is none.
    public func pull(_ text: String, _ access: Access = Access()) throws -> Named {
        try Privilege.check("images need root, to keep their files' owners")
        let reference = try ImageReference(parsing: text)
        if let platform = access.platform, !(1...3).contains(platform.parts("/").count) {
            throw UsageError("invalid platform \(platform.goQuoted): it is OS/ARCHITECTURE, such as linux/arm64")
        }
        var options = access.credentials.map { ["--src-creds", $0] } ?? []
        options += access.authorityFile.map { ["--authfile", $0] } ?? []
        let skopeo = Skopeo(
            access: .init(verifiesTLS: access.verifiesTLS, platform: access.platform, options: options))
        return try bringing { incoming in
            let manifest = try skopeo.copy(reference, to: store, by: incoming)
            let image = try ImageAdoption(store: store).adopt(manifest: manifest)
            try store.name(image.id, reference)
            return (reference.description, image.id)
        }
    }

    /// Brings the images of an archive of `docker save`, `podman save` or an OCI layout; `path` nil is standard input. Throws
    /// ``ImageError`` with the store as it was.
    public func load(_ path: String?) throws -> [Named] {
        try Privilege.check("images need root, to keep their files' owners")
        let bar = ProgressBar("Loading", total: path.map { Files.size(of: FilePath($0)) })
        defer { bar.end() }
        return try Self.reading(path) { archive in
            try bringing { incoming in
                try Self.telling("load \(path ?? "standard input")") {
                    let loader = ArchiveLoader(layout: LayoutWriter(store: store, incoming: incoming)) { bar.show($0) }
                    return try loader.load(archive).flatMap { found -> [Named] in
                        let image = try ImageAdoption(store: store).adopt(manifest: found.manifest)
                        for name in found.names { try store.name(image.id, name) }
                        guard !found.names.isEmpty else { return [("", image.id)] }
                        return found.names.map { ($0.description, image.id) }
                    }
                }
            }
        }
    }

    /// Says in front of a refusal what was done.
    private static func telling<Result>(_ what: String, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch {
            guard error is ArchiveError || error is ImageError else { throw error }
            throw ImageError("\(what): \(error)")
        }
    }

    /// Makes an image of one layer from the tar archive or the directory of a root file system; `-` is standard input.
    /// `changes` are lines of a Dockerfile. Throws ``ImageError`` with the store as it was, `UsageError` for the words.
    public func importing(
        _ source: String, as name: String?, changes: [String] = [], message: String = ""
    ) throws -> Named {
        try Privilege.check("images need root, to keep their files' owners")
        let reference = try name.map(ImageReference.init(parsing:))
        var config = ImageChanges()
        for change in changes { try config.apply(change) }
        return try bringing { incoming in
            let importer = ImageImporter(layout: LayoutWriter(store: store, incoming: incoming))
            let manifest = try importer.image(from: source, config.json, message: message)
            let image = try ImageAdoption(store: store).adopt(manifest: manifest)
            if let reference { try store.name(image.id, reference) }
            return (reference?.description ?? "", image.id)
        }
    }

    /// Lends an archive's descriptor: that of a file, or standard input. Throws ``ImageError``.
    static func reading<Result>(_ path: String?, _ body: (CInt) throws -> Result) throws -> Result {
        guard let path else {
            guard isatty(0) != 1 else { throw ImageError("requested load from stdin, but stdin is empty") }
            return try body(0)
        }
        let number = minirun_open(path, O_RDONLY, 0)
        guard number >= 0 else { throw ImageError("open \(path): \(KernelError.words(.current))") }
        let file = OwnedDescriptor(owning: number)
        return try body(file.rawValue)
    }

    /// Does something that brings an image; whatever becomes of it, nothing is left but what images mention.
    private func bringing<Result>(_ body: (IncomingDirectory) throws -> Result) throws -> Result {
        let outcome: Swift.Result<Result, any Error>
        do {
            let lock = try store.bringing()
            defer { withExtendedLifetime(lock) {} }
            let incoming = try IncomingDirectory(store)
            defer { incoming.remove() }
            outcome = Swift.Result { try body(incoming) }
        }
        try ImageCollection(store: store).run()
        return try outcome.get()
    }

    // MARK: Names

    /// Gives an image one name more. Throws ``NoSuchImage``, `UsageError`.
    public func tag(_ text: String, as name: String) throws {
        let image = try store.find(text)
        let reference = try ImageReference(parsing: name)
        guard reference.digest == nil else { throw UsageError("refusing to create a tag with a digest reference") }
        try store.name(image.id, reference)
        try ImageCollection(store: store).run()
    }

    // MARK: Taking away

    /// Takes names away, and with its last name the image, unless a container is made of it. Returns for each the lines to
    /// print, Docker's `Untagged: ...` and `Deleted: ...`.
    public func remove(_ texts: [String], force: Bool = false) throws -> [Result<[String], any Error>] {
        try Privilege.check("images need root, to keep their files' owners")
        let users = try users()
        let results = texts.map { text in Result { try remove(text, force: force, users) } }
        try ImageCollection(store: store).run()
        return results
    }

    private func remove(_ text: String, force: Bool, _ users: [String: [ContainerRecord]]) throws -> [String] {
        let image = try store.find(text)
        let names = try store.allNames().filter { $0.id == image.id }.map(\.reference)
        let reference = try? ImageReference(parsing: text)
        let named = names.first { $0 == reference }
        let using = users[image.id.description] ?? []
        if let named, names.count > 1 {
            try store.unname(named)
            return ["Untagged: \(named)"]
        }
        if let user = using.first {
            guard force else {
                throw ImageInUse(
                    description: named == nil && names.count > 0
                        ? "conflict: unable to delete \(image.id.short) (must be forced) - image is being used by container \(ContainerID.short(user.id))"
                        : "conflict: unable to remove repository reference \(text.goQuoted) (must force) - container "
                            + "\(ContainerID.short(user.id)) is using its referenced image \(image.id.short)")
            }
            guard !using.contains(where: { $0.process != nil }) else {
                throw ImageInUse(
                    description:
                        "conflict: unable to delete \(image.id.short) (cannot be forced) - image is being used by "
                        + "running container \(ContainerID.short(user.id))")
            }
        }
        guard named != nil || names.count <= 1 || force else {
            throw ImageInUse(
                description:
                    "conflict: unable to delete \(image.id.short) (must be forced) - image is referenced in multiple "
                    + "repositories")
        }
        for name in names { try store.unname(name) }
        let lines = names.map { "Untagged: \($0)" }
        // Stopped containers need it still; it goes with the next `image prune` after them.
        guard using.isEmpty else { return lines }
        try store.remove(image.id)
        return lines + ["Deleted: \(image.id)"]
    }

    /// Removes the images without a name, or with `all` those that no container is made of. Returns the lines to print and the
    /// room that they took on disk.
    public func prune(all: Bool) throws -> (lines: [String], size: String) {
        try Privilege.check("images need root, to keep their files' owners")
        let users = try users()
        let names = try store.allNames()
        var lines: [String] = []
        for image in try store.all() where users[image.id.description] == nil {
            let own = names.filter { $0.id == image.id }.map(\.reference)
            guard all || own.isEmpty else { continue }
            for name in own {
                try store.unname(name)
                lines.append("untagged: \(name)")
            }
            try store.remove(image.id)
            lines.append("deleted: \(image.id)")
        }
        return (lines, HumanSize.decimal(try ImageCollection(store: store).run()))
    }

    /// The containers that are made of images, by the images' ids.
    func users() throws -> [String: [ContainerRecord]] {
        let containers = try Containers(paths)
        let records = try containers.store.containers(all: true, held: containers.held).map(\.record)
        return Dictionary(grouping: records.filter { $0.image != nil }) { $0.image ?? "" }
    }
}

/// An image that cannot go.
public struct ImageInUse: Error, Sendable, CustomStringConvertible {
    /// Docker's sentence.
    public let description: String
}

extension Digest {
    /// The first twelve digits.
    var short: String { String(hex.prefix(12)) }
}
