import CShim
import Namespaces
import SystemPackage

extension LayerTree {
    /// Makes a directory where none is; one that takes the place of a whiteout hides what is below as that has done. Throws
    /// ``LayerError``.
    func makeDirectory(_ name: ArraySlice<UInt8>, in parent: CInt) throws(LayerError) {
        var hides = false
        try countDirectory()
        while name.withCPath({ mkdirat(parent, $0, 0o700) }) != 0 {
            let reason = Errno.current
            guard reason == .fileExists else { throw LayerError(kernel: reason) }
            hides = Self.isWhiteout(name, in: parent)
            try clear(name, in: parent)
        }
        // One that the archive does not name has no other mode to come; nobody but its owner gets to it before the end.
        guard name.withCPath({ fchmodat(parent, $0, 0o755, 0) }) == 0 else {
            throw LayerError(kernel: .current, "set the mode")
        }
        if hides { try setOpaque(name, in: parent) }
    }

    /// Takes away what an earlier entry has put in a place that is needed once more. Throws ``LayerError`` for a directory that
    /// has something in it.
    func clear(_ name: ArraySlice<UInt8>, in parent: CInt) throws(LayerError) {
        if name.withCPath({ unlinkat(parent, $0, 0) }) == 0 { return }
        var reason = Errno.current
        if reason == .isDirectory || reason == .notPermitted {
            if name.withCPath({ unlinkat(parent, $0, AT_REMOVEDIR) }) == 0 { return }
            reason = .current
        }
        if reason == .noSuchFileOrDirectory { return }
        throw reason == .directoryNotEmpty || reason == .fileExists
            ? LayerError("the layer has a directory in its place that is not empty") : LayerError(kernel: reason)
    }

    /// The type bits and the device of a file; nil when there is none.
    static func kind(of name: ArraySlice<UInt8>, in directory: CInt) -> (type: mode_t, device: dev_t, file: ino_t)? {
        var status = stat()
        guard name.withCPath({ fstatat(directory, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else { return nil }
        return (status.st_mode & mode_t(S_IFMT), status.st_rdev, status.st_ino)
    }

    /// Only this unpacker makes device files here, and only this one.
    static func isWhiteout(_ name: ArraySlice<UInt8>, in directory: CInt) -> Bool {
        kind(of: name, in: directory)?.type == mode_t(S_IFCHR)
    }

    /// Marks a directory so that overlayfs shows nothing of it from the layers below: by an attribute that only the host's
    /// root can set, or by that of a mount with `userxattr`, which is the only one that anybody else can make.
    func setOpaque(_ name: ArraySlice<UInt8>, in parent: CInt) throws(LayerError) {
        let number = name.isEmpty ? Self.copy(of: parent) : Self.open(name, in: parent)
        guard number >= 0 else { throw LayerError(kernel: .current) }
        let directory = OwnedDescriptor(owning: number)
        let attribute = maySettle ? "user.overlay.opaque" : "trusted.overlay.opaque"
        guard fsetxattr(directory.rawValue, attribute, "y", 1, 0) == 0 else {
            throw LayerError(kernel: .current, "set the attribute \(attribute)")
        }
    }
}
