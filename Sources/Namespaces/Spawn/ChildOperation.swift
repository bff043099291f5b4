/// A place in the child where a descriptor waits: a detached mount that is taken up before the pivot or received from
/// the parent, and put in place later. Slots are given out by ``ChildProgram/newSlot()``.
public struct MountSlot: Sendable, Hashable {
    /// Its index, below 64.
    public let index: Int32
}

/// One act of the new process between clone and exec, carried out by the C child.
///
/// Paths are resolved by the child at that moment: before ``enterRoot(_:)`` they are the host's, after it the
/// container's, and a symlink in the image cannot lead out.
public indirect enum ChildOperation: Sendable, Hashable {
    /// Waits until the parent has written the id maps.
    case awaitMaps
    /// Takes user and group id 0 of the new user namespace.
    case becomeRoot
    /// unshare(2): a new namespace of a kind that begins where the process is by then. A cgroup namespace's root is the
    /// group of whoever makes it, which at the clone is still the parent's.
    case unshare(NamespaceKind)
    /// Waits for a detached mount from the parent; `what` names it for explanations and errors.
    case receiveMount(MountSlot, what: String)
    /// Takes a detached copy of the mount at a path.
    case openTree(String, recursive: Bool, MountSlot)
    /// Puts a detached mount on a path that exists.
    case attach(MountSlot, target: String)
    /// mount(2).
    case mount(source: String, target: String, type: String?, flags: MountFlags, data: String?)
    /// Makes the mounts below a path private, slave or shared.
    case setPropagation(String, MountFlags)
    /// Makes the mount at a path read-only, without those below.
    case makeReadOnly(String)
    /// Puts a read-only copy over a path; one that does not exist is passed over.
    case readOnlyPath(String)
    /// Makes a path read as empty: /dev/null over a file, an empty file system over a directory.
    case maskPath(String)
    /// Makes a detached mount the root. The old root stays mounted, out of reach of any path, until ``detachOldRoot``.
    case enterRoot(MountSlot)
    /// Lets go of the host's tree.
    case detachOldRoot
    /// `mkdir -p`.
    case makeDirectory(String, mode: UInt32)
    /// Makes a directory to mount on while the old root is still around; a link in its place is refused.
    case makeMountPoint(String)
    /// Makes what a detached mount can be put on: a directory, or an empty file.
    case makeTarget(String, for: MountSlot)
    /// An empty file, its parents made.
    case createFile(String, mode: UInt32)
    /// `ln -s text path`; an existing name stays.
    case symlink(String, pointsTo: String)
    /// Writes a text to an existing file: a sysctl.
    case writeFile(String, text: String)
    /// sethostname(2).
    case hostname(String)
    /// setdomainname(2).
    case domainname(String)
    /// dup2(2): a descriptor that the parent had open at the spawn becomes one of the standard streams.
    case standardStream(Int32, from: Int32)
    /// setsid(2).
    case newSession
    /// Opens a terminal of the container's own devpts, makes it stdin, stdout, stderr and /dev/console, and sends its
    /// master side to the parent.
    case console(rows: UInt16, columns: UInt16, owner: UInt32)
    /// The same in a container that has a console already: /dev/console stays what it is.
    case terminal(rows: UInt16, columns: UInt16, owner: UInt32)
    /// Makes /dev/null the standard input.
    case emptyInput
    /// Makes /dev/null all three standard streams.
    case emptyStreams
    /// setrlimit(2): `resource` is RLIMIT_*.
    case limit(resource: Int32, soft: UInt64, hard: UInt64)
    /// Drops from the bounding set all but a mask.
    case boundingSet(UInt64)
    /// setgroups, setresgid, setresuid; capabilities in force are kept until ``capabilities(_:)``.
    case identity(uid: UInt32, gid: UInt32, groups: [UInt32])
    /// capset(2) and the ambient set.
    case capabilities(ProcessCapabilities)
    /// PR_SET_NO_NEW_PRIVS.
    case noNewPrivileges
    /// PR_SET_PDEATHSIG; to be repeated after a change of ids, which clears it.
    case parentDeathSignal(Int32)
    /// umask(2).
    case umask(UInt32)
    /// Loads a seccomp filter: an array of `struct sock_filter`.
    case seccomp([UInt8])
    /// Closes at once what the parent has open above standard error: its locks and sockets have to go when it goes.
    case closeInherited
    /// Makes all descriptors from a number on close-on-exec.
    case closeDescriptors(from: UInt32)
    /// Stays behind as pid 1, which forwards signals and reaps; a child goes on with the program.
    case initProcess
    /// chdir(2); made like `mkdir -p` if asked.
    case changeDirectory(String, create: Bool)
    /// Tells the parent that everything but the last part is done.
    case reportReady
    /// Waits for the parent's word.
    case awaitRelease
    /// execve(2) of the first candidate that there is.
    case exec(candidates: [String], arguments: [String], environment: [String])
    /// Sleeps for ever: a process that only holds its namespaces.
    case pause
    /// The same, but a path that is missing or out of bounds is passed over.
    case optional(ChildOperation)
}
