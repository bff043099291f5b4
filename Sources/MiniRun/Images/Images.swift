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
        /// Without a progress bar.
        public var isQuiet: Bool

        /// As it goes without saying.
        public init(
            verifiesTLS: Bool? = nil, platform: String? = nil, credentials: String? = nil, authorityFile: String? = nil,
            isQuiet: Bool = false
        ) {
            self.verifiesTLS = verifiesTLS
            self.platform = platform
            self.credentials = credentials
            self.authorityFile = authorityFile
            self.isQuiet = isQuiet
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
        if let platform = access.platform, !(2...3).contains(platform.parts("/").count) {
            throw UsageError("invalid platform \(platform.goQuoted): it is OS/ARCHITECTURE, such as linux/arm64")
        }
        var options = access.credentials.map { ["--src-creds", $0] } ?? []
        options += access.authorityFile.map { ["--authfile", $0] } ?? []
        let skopeo = Skopeo(
            access: .init(
                verifiesTLS: access.verifiesTLS ?? (reference.isLocal ? false : nil), platform: access.platform,
                options: options, isQuiet: access.isQuiet))
        return try bringing { incoming in
            let manifest = try skopeo.copy(reference, to: store, by: incoming)
            try ImageParts(manifest, blob: store.blob).check(access.platform, called: reference)
            var adoption = ImageAdoption(store: store, incoming: incoming)
            let image = try adoption.adopt(manifest: manifest)
            try store.pin(image.id, reference)
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
                    // All of them before the first gets its name: a refusal leaves none.
                    var adoption = ImageAdoption(store: store, incoming: incoming)
                    let images = try loader.load(archive).map { found in
                        (id: try adoption.adopt(manifest: found.manifest).id, names: found.names)
                    }
                    return try images.flatMap { image -> [Named] in
                        for name in image.names { try store.name(image.id, name) }
                        return image.names.isEmpty ? [("", image.id)] : image.names.map { ($0.description, image.id) }
                    }
                }
            }
        }
    }

    /// Says in front of a refusal what was done.
    static func telling<Result>(_ what: String, _ body: () throws -> Result) throws -> Result {
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
        try reference?.checkIsTag()
        var config = ImageChanges()
        for change in changes { try config.apply(change) }
        return try bringing { incoming in
            let importer = ImageImporter(layout: LayoutWriter(store: store, incoming: incoming))
            let manifest = try importer.image(from: source, config.json, message: message)
            var adoption = ImageAdoption(store: store, incoming: incoming)
            let image = try adoption.adopt(manifest: manifest)
            if let reference { try store.name(image.id, reference) }
            return (reference?.description ?? "", image.id)
        }
    }

    /// Lends an archive's descriptor: that of a file, or standard input. Throws ``ImageError``.
    static func reading<Result>(_ path: String?, _ body: (CInt) throws -> Result) throws -> Result {
        guard let path else {
            guard isatty(0) != 1 else { throw ImageError("an archive is read from stdin, but stdin is a terminal") }
            return try body(0)
        }
        let number = minirun_open(path, O_RDONLY, 0)
        guard number >= 0 else { throw ImageError("open \(path): \(KernelError.words(.current))") }
        let file = OwnedDescriptor(owning: number)
        var status = stat()
        guard fstat(number, &status) == 0, status.st_mode & mode_t(S_IFMT) != mode_t(S_IFDIR) else {
            throw ImageError("open \(path): it is a directory")
        }
        return try body(file.rawValue)
    }

    /// Does something that brings an image; whatever becomes of it, nothing is left but what images mention.
    func bringing<Result>(_ body: (IncomingDirectory) throws -> Result) throws -> Result {
        let outcome: Swift.Result<Result, any Error>
        do {
            let lock = try store.bringing()
            defer { withExtendedLifetime(lock) {} }
            let watch = InterruptWatch()
            defer { watch?.stop() }
            let incoming = try IncomingDirectory(store)
            defer { incoming.remove() }
            watch?.begin { incoming.remove(fromUnderWriters: true) }
            outcome = Swift.Result { try body(incoming) }
        }
        tidy()
        return try outcome.get()
    }

    /// Takes away what no image mentions any more; the bytes that the disk got back. What was asked for is done by then, so
    /// a failure here, such as a damaged record, is told and is nobody's failure.
    @discardableResult
    private func tidy() -> Int64 {
        do { return try ImageCollection(store: store).run() } catch {
            StandardError.write("minirun: images: nothing is cleared away: \(error)\n")
            return 0
        }
    }

    // MARK: Names

    /// Gives an image one name more. Throws ``NoSuchImage``, `UsageError`.
    public func tag(_ text: String, as name: String) throws {
        try Privilege.check("images need root, to keep their files' owners")
        let image = try store.find(text)
        let reference = try ImageReference(parsing: name)
        try store.name(image.id, reference)
        tidy()
    }

    // MARK: Taking away

    /// Takes names away, and with its last name the image, unless a container is made of it. Returns for each the lines to
    /// print, Docker's `Untagged: ...` and `Deleted: ...`.
    public func remove(_ texts: [String], force: Bool = false) throws -> [Result<[String], any Error>] {
        try Privilege.check("images need root, to keep their files' owners")
        // All are held before their containers are asked for; in one order, or two removers would wait for each other.
        let ids = Set(texts.compactMap { try? store.find($0).id }).sorted()
        var holds: [Digest: FileLock] = [:]
        for id in ids { holds[id] = try store.holdAlone(id, seconds: Self.patience) }
        let users = try knownUsers()
        let results = texts.map { text in Result { try remove(text, force: force, users, held: holds) } }
        holds = [:]
        tidy()
        return results
    }

    /// How many seconds a removal waits for starts from the image, each of which takes milliseconds.
    private static let patience = 10.0

    private func remove(
        _ text: String, force: Bool, _ users: [String: [ContainerRecord]], held: [Digest: FileLock]
    ) throws -> [String] {
        let image = try store.find(text)
        guard held[image.id] != nil else {
            throw ImageInUse(
                description: "conflict: unable to delete \(image.id.short) (cannot be forced) - image is being used by "
                    + "containers that are just starting")
        }
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
                        ? "conflict: unable to delete \(image.id.short) (must be forced) - image is being used by stopped container \(ContainerID.short(user.id))"
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

    /// Removes the images without a name, or with `all` those that no container is made of; of these the ones that the filter
    /// means. Returns the lines to print and the room that they took on disk.
    public func prune(_ filter: PruneFilter, all: Bool) throws -> (lines: [String], size: Int64) {
        try Privilege.check("images need root, to keep their files' owners")
        let names = Dictionary(grouping: try store.allNames(), by: \.id).mapValues { $0.map(\.reference) }
        // Refused before anything is held; asked again once it is.
        _ = try knownUsers()
        let candidates = try store.all().filter { image in
            (all || filter.takesNamed || names[image.id] == nil) && filter.matches(image)
        }
        var lines: [String] = []
        // Some at a time: each that is held is an open file.
        for start in stride(from: 0, to: candidates.count, by: 200) {
            let held = try candidates[start..<min(start + 200, candidates.count)].compactMap { image in
                try store.holdAlone(image.id, seconds: 0).map { (image: image, hold: $0) }
            }
            let users = try knownUsers()
            for (image, hold) in held where users[image.id.description] == nil {
                for name in names[image.id] ?? [] {
                    try store.unname(name)
                    lines.append("untagged: \(name)")
                }
                try withExtendedLifetime(hold) { try store.remove(image.id) }
                lines.append("deleted: \(image.id)")
            }
        }
        return (lines, tidy())
    }

    /// The containers that are made of images, by the images' ids; a damaged record is told and left out.
    func users() throws -> [String: [ContainerRecord]] {
        let containers = try Containers(paths)
        return Self.users(try containers.store.containers(all: true, held: containers.held).map(\.record))
    }

    /// The same before something is removed. Throws `CorruptFile` for a container of which nobody can know its image.
    private func knownUsers() throws -> [String: [ContainerRecord]] {
        Self.users(try Containers(paths).store.records())
    }

    private static func users(_ records: [ContainerRecord]) -> [String: [ContainerRecord]] {
        Dictionary(grouping: records.filter { $0.image != nil }) { $0.image ?? "" }
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
