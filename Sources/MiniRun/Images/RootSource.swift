import CShim
import Namespaces
import SystemPackage

/// Where a container's root file system comes from: a directory of the user's, or an image by name.
public struct RootSource: Sendable, Equatable {
    /// Directories of the host that are stacked, the uppermost first: one, or an image's layers.
    public let lowers: [FilePath]
    /// What the image says about the process, for a plain directory nothing.
    public let configuration: ImageConfiguration
    /// The image's id; nil for a directory.
    let image: Digest?
    /// What has to be done first to have the directory; nothing when it is there.
    let preparation: MakeBusybox?

    init(
        lowers: [FilePath], configuration: ImageConfiguration, image: Digest? = nil, preparation: MakeBusybox? = nil
    ) {
        self.lowers = lowers
        self.configuration = configuration
        self.image = image
        self.preparation = preparation
    }

    /// Finds the directories for IMAGE or DIR. What begins with a slash or a dot is a directory; the rest names an image.
    /// `busybox` is made on first use from Debian's package, unless there is an image of that name: then the source comes
    /// with a preparation. Throws `ImageError`, ``NoSuchImage``.
    public static func resolve(_ reference: String, paths: StatePaths) throws -> RootSource {
        guard !reference.hasPrefix("/"), !reference.hasPrefix(".") else {
            return RootSource(lowers: [try existing(reference)], configuration: .plain)
        }
        let store = ImageStore(paths)
        do { return try RootSource(try store.find(reference), store, called: reference) } catch let missing
            as NoSuchImage
        {
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
            return RootSource(lowers: [rootfs], configuration: .plain, preparation: try MakeBusybox(at: rootfs))
        }
    }

    private init(_ image: ImageRecord, _ store: ImageStore, called name: String) throws(ImageError) {
        guard Platform.own.fits(image.document) else {
            throw ImageError(
                "image \(name) is for \(image.system)/\(image.architecture), and this machine is \(Platform.own)")
        }
        self.init(
            lowers: image.layers.reversed().map(store.layer), configuration: image.configuration, image: image.id)
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
