import CShim
import Namespaces
import SystemPackage

/// Where a container's root file system comes from: a directory of the user's, or an image by name.
public struct RootSource: Sendable, Equatable {
    /// The directory on the host.
    public let directory: FilePath
    /// What the image says about the process, for a plain directory nothing.
    public let configuration: ImageConfiguration
    /// What has to be done first to have the directory; nothing when it is there.
    let preparation: MakeBusybox?

    init(directory: FilePath, configuration: ImageConfiguration, preparation: MakeBusybox? = nil) {
        self.directory = directory
        self.configuration = configuration
        self.preparation = preparation
    }

    /// Finds the directory for IMAGE or DIR. Anything with a slash in it or beginning with a dot is a directory; the rest
    /// names an image. `busybox` is made on first use from Debian's package: then the source comes with a preparation. Throws
    /// `ImageError`.
    public static func resolve(_ reference: String, paths: StatePaths) throws -> RootSource {
        guard !reference.hasPrefix("/"), !reference.hasPrefix("."), !reference.contains("/") else {
            return RootSource(directory: try existing(reference), configuration: .plain)
        }
        // The tag that Docker means when none is given; there are no others.
        let name = reference.hasSuffix(":latest") ? String(reference.dropLast(7)) : reference
        let rootfs = paths.image(name)
        if try isDirectory(rootfs) { return RootSource(directory: rootfs, configuration: .plain) }
        guard name == "busybox" else {
            throw ImageError(
                "Unable to find image '\(reference)' locally: minirun pulls none; use busybox, or a directory (./\(reference))"
            )
        }
        return RootSource(directory: rootfs, configuration: .plain, preparation: try MakeBusybox(at: rootfs))
    }

    private static func existing(_ reference: String) throws -> FilePath {
        guard let resolved = realpath(reference, nil) else {
            let hint =
                reference.hasPrefix("/") || reference.hasPrefix(".") ? "" : " (with a slash in it, it is no image)"
            throw ImageError("root file system \(reference): \(KernelError.words(.current))\(hint)")
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
