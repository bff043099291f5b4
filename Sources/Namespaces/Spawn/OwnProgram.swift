import CShim
import SystemPackage

/// The program that this process runs, as a container may get at it.
///
/// A container whose root is, seen from here, the very user that owns the program (`--userns host`, a user's own playground)
/// can have it executed inside, by a command `/proc/self/exe` or a script that begins with `#!/proc/self/exe`, and then
/// reaches the host's file through that process's `/proc/PID/exe`: to write to it once nobody runs it, or to make it
/// set-user-id at once (CVE-2019-5736). So minirun runs from a read-only view of its program before it starts anything in
/// such a container: what /proc/PID/exe leads to can then be changed by nobody who comes that way.
public enum OwnProgram {
    private static let link = "/proc/self/exe"
    private static let variable = "MINIRUN_PROGRAM"

    /// Begins this process anew from a read-only view of its program, unless it runs from one already. The view is a mount
    /// that lies nowhere, so it has no name and goes with the last process that runs from it. To be called before anything
    /// has been read or done that cannot be done twice. Throws ``KernelError``.
    public static func makeReadOnly() throws(KernelError) {
        let what = "take a read-only view of minirun's own program"
        let state = minirun_is_read_only(link)
        guard state <= 0 else { return }
        guard state == 0 else { throw KernelError(what, Errno(rawValue: -state)) }
        let number = minirun_open_tree(AT_FDCWD, link, 0)
        guard number >= 0 else { throw KernelError(what, Errno(rawValue: -number)) }
        let view = OwnedDescriptor(owning: number)
        let result = minirun_tree_attributes(view.rawValue, UInt64(MOUNT_ATTR_RDONLY), 0, -1, 0)
        guard result == 0 else { throw KernelError(what, Errno(rawValue: -result)) }
        setenv(variable, try Files.linkTarget(FilePath(link)), 1)
        execveat(view.rawValue, "", CommandLine.unsafeArgv, minirun_environment(), AT_EMPTY_PATH)
        throw KernelError.current(what)
    }

    /// Where the program lies; a read-only view knows it from before. Throws ``KernelError``.
    package static func path() throws(KernelError) -> FilePath {
        let target = try Files.linkTarget(FilePath(link))
        guard target == "/", let before = getenv(variable) else { return FilePath(target) }
        return FilePath(String(cString: before))
    }
}
