import CShim
import Namespaces
import SystemPackage

/// Where a container's root file system comes from: a directory of the user's, an image by name, or one in an OCI layout.
public struct RootSource: Sendable {
    /// Directories of the host that are stacked, the uppermost first: one, or an image's layers.
    public let lowers: [FilePath]
    /// What the image says about the process, for a plain directory nothing.
    public let configuration: ImageConfiguration
    /// The image's id; nil for a directory.
    let image: Digest?
    /// What has to be done first to have the directory; nothing when it is there.
    let preparation: (any Step)?
    /// What keeps the image from being removed before its container can be seen; nil where nobody is to start from it.
    private let hold: FileLock?

    init(
        lowers: [FilePath], configuration: ImageConfiguration, image: Digest? = nil,
        preparation: (any Step)? = nil, hold: FileLock? = nil
    ) {
        self.lowers = lowers
        self.configuration = configuration
        self.image = image
        self.preparation = preparation
        self.hold = hold
    }

    /// The container's record says now that the image is in use.
    func release() { hold?.unlock() }

    /// Finds the directories for IMAGE, DIR or `oci:DIR[:TAG]`. What begins with a slash or a dot is a directory; the rest
    /// names an image. `busybox` is made on first use from Debian's package, unless there is an image of that name, and a
    /// layout's image is taken into the store: then the source comes with a preparation. With `holding`, an image is kept
    /// until ``release()``, for a start. Throws `ImageError`, ``NoSuchImage``.
    static func resolve(_ reference: String, paths: StatePaths, holding: Bool) throws -> RootSource {
        guard !reference.hasPrefix("/"), !reference.hasPrefix(".") else {
            return RootSource(lowers: [try existing(reference)], configuration: .plain)
        }
        let store = ImageStore(paths)
        if let layout = LayoutImage(reference) { return try adopted(layout, store, holding: holding) }
        do {
            let found: (image: ImageRecord, hold: FileLock?) =
                holding ? try store.hold(reference) : (try store.find(reference), nil)
            return try RootSource(found.image, store, called: reference, hold: found.hold)
        } catch let missing as NoSuchImage {
            // The tag that Docker means when none is given; there are no others.
            let name = reference.hasSuffix(":latest") ? String(reference.dropLast(7)) : reference
            guard name == "busybox" else {
                guard access("\(reference)/.", F_OK) != 0 else {
                    throw ImageError("\(missing) (the directory is ./\(reference))")
                }
                throw missing
            }
            let rootfs = paths.image(name)
            if try isDirectory(rootfs) { return RootSource(lowers: [rootfs], configuration: .plain) }
            return RootSource(lowers: [rootfs], configuration: .plain, preparation: try MakeBusybox(at: rootfs, paths))
        }
    }

    private init(_ image: ImageRecord, _ store: ImageStore, called name: String, hold: FileLock?) throws(ImageError) {
        try Self.check(image.document, called: name)
        self.init(
            lowers: ImageRecord.stack(image.layers).map(store.layer), configuration: image.configuration,
            image: image.id,
            hold: hold)
    }

    /// An image of a layout, which the store may know already.
    private static func adopted(_ layout: LayoutImage, _ store: ImageStore, holding: Bool) throws -> RootSource {
        let parts = try layout.parts()
        if holding {
            do {
                let found = try store.hold("\(parts.configuration)")
                return try RootSource(found.image, store, called: "\(layout)", hold: found.hold)
            } catch is NoSuchImage {}
        } else if let image = try store.record(parts.configuration) {
            return try RootSource(image, store, called: "\(layout)", hold: nil)
        }
        try check(parts.document, called: "\(layout)")
        return RootSource(
            lowers: ImageRecord.stack(parts.layers).map(store.layer),
            configuration: ImageConfiguration(parts.document["config"] ?? [:]), image: parts.configuration,
            preparation: AdoptLayout(image: layout, parts: parts, paths: store.paths))
    }

    private static func check(_ document: JSONValue, called name: String) throws(ImageError) {
        guard Platform.own.fits(document) else {
            throw ImageError(
                "image \(name) is for \(document.text("os"))/\(document.text("architecture")), and this machine is "
                    + "\(Platform.own)")
        }
    }

    private static func existing(_ reference: String) throws -> FilePath {
        guard let resolved = realpath(reference, nil) else {
            throw ImageError("root file system \(reference): \(KernelError.words(.current))")
        }
        defer { free(resolved) }
        let path = FilePath(String(cString: resolved))
        guard try isDirectory(path) else { throw ImageError("root file system \(reference): it is not a directory") }
        guard path != "/" else {
            throw ImageError(
                "root file system /: the host's own root cannot be a container's; name a directory below it")
        }
        return path
    }

    private static func isDirectory(_ path: FilePath) throws(KernelError) -> Bool {
        var status = stat()
        if stat(path.string, &status) == 0 { return status.st_mode & mode_t(S_IFMT) == mode_t(S_IFDIR) }
        let error = Errno.current
        if error == .noSuchFileOrDirectory || error == .notDirectory { return false }
        throw KernelError("look at \(path)", error)
    }
}

/// A root file system that cannot be had.
public struct ImageError: Error, CustomStringConvertible {
    /// The sentence.
    public let description: String

    init(_ description: String) { self.description = description }
}
