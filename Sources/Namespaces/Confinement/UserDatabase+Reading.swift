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

    private static func text(_ path: String, in directory: borrowing OwnedDescriptor) -> String {
        let number = minirun_open_in_root(directory.rawValue, path, UInt64(O_RDONLY))
        guard number >= 0 else { return "" }
        let file = OwnedDescriptor(owning: number)
        return String(decoding: Files.content(of: file) ?? [], as: UTF8.self)
    }
}
