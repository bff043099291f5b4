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

    /// Reads them of directories that overlayfs stacks, the uppermost first: each file as it is seen in the stack. Throws
    /// likewise.
    public static func read(inLayers layers: [FilePath]) throws(KernelError) -> UserDatabase {
        if layers.count == 1 { return try read(inRoot: layers[0]) }
        let root = try LayeredDirectory(layers)
        return UserDatabase(passwd: try text("/etc/passwd", in: root), group: try text("/etc/group", in: root))
    }

    private static func text(_ path: String, in root: LayeredDirectory) throws(KernelError) -> String {
        guard let file = try root.file(at: path) else { return "" }
        return text(of: file)
    }

    private static func text(_ path: String, in directory: borrowing OwnedDescriptor) -> String {
        let number = minirun_open_in_root(directory.rawValue, path, UInt64(O_RDONLY))
        guard number >= 0 else { return "" }
        return text(of: OwnedDescriptor(owning: number))
    }

    private static func text(of file: borrowing OwnedDescriptor) -> String {
        String(decoding: Files.content(of: file) ?? [], as: UTF8.self)
    }
}
