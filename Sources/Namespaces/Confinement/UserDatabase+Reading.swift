import CShim
import SystemPackage

extension UserDatabase {
    /// Reads etc/passwd and etc/group of a root file system that nobody vouches for: links in it are followed as if the
    /// directory were the root (openat2, RESOLVE_IN_ROOT), so none of them leads to the host's files. A missing file is an
    /// empty one, a file above 1 MiB or of another kind likewise. Throws `KernelError` when the directory cannot be opened.
    public static func read(inRoot root: FilePath) throws(KernelError) -> UserDatabase {
        let number = minirun_open(root.string, O_PATH | O_DIRECTORY, 0)
        guard number >= 0 else { throw KernelError.current("open root file system \(root)") }
        let directory = OwnedDescriptor(owning: number)
        return UserDatabase(passwd: text("etc/passwd", in: directory), group: text("etc/group", in: directory))
    }

    /// Reads them of directories that overlayfs stacks, the uppermost first: each file as it is seen in the stack. A link that
    /// leads from one layer into another is not followed. Throws likewise.
    public static func read(inLayers layers: [FilePath]) throws(KernelError) -> UserDatabase {
        if layers.count == 1 { return try read(inRoot: layers[0]) }
        var (passwd, group): (String?, String?)
        for layer in layers where passwd == nil || group == nil {
            let number = minirun_open(layer.string, O_PATH | O_DIRECTORY, 0)
            guard number >= 0 else { throw KernelError.current("open layer \(layer)") }
            let directory = OwnedDescriptor(owning: number)
            if passwd == nil, hides("etc/passwd", layer) { passwd = text("etc/passwd", in: directory) }
            if group == nil, hides("etc/group", layer) { group = text("etc/group", in: directory) }
            // What is below an opaque directory, or a whiteout, is not seen.
            if hidesAll("etc", layer) { (passwd, group) = (passwd ?? "", group ?? "") }
        }
        return UserDatabase(passwd: passwd ?? "", group: group ?? "")
    }

    /// Whether a layer has something of this name, a whiteout included, so that lower ones are not seen.
    private static func hides(_ path: String, _ layer: FilePath) -> Bool {
        var status = stat()
        return lstat(layer.appending(path).string, &status) == 0
    }

    /// Whether nothing below is seen of a directory: it is opaque here, or no directory at all.
    private static func hidesAll(_ path: String, _ layer: FilePath) -> Bool {
        let place = layer.appending(path).string
        var status = stat()
        guard lstat(place, &status) == 0 else { return false }
        guard status.st_mode & mode_t(S_IFMT) == mode_t(S_IFDIR) else { return true }
        return ["trusted.overlay.opaque", "user.overlay.opaque"].contains { name in
            var value: UInt8 = 0
            return lgetxattr(place, name, &value, 1) == 1 && value == UInt8(ascii: "y")
        }
    }

    private static func text(_ path: String, in directory: borrowing OwnedDescriptor) -> String {
        let number = minirun_open_in_root(directory.rawValue, path, UInt64(O_RDONLY))
        guard number >= 0 else { return "" }
        let file = OwnedDescriptor(owning: number)
        return String(decoding: Files.content(of: file) ?? [], as: UTF8.self)
    }
}
