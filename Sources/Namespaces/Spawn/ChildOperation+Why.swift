extension ChildOperation {
    /// One sentence for a student.
    var why: String {
        switch self {
        case .awaitMaps: "Until its id maps are written, the process is nobody in its user namespace."
        case .becomeRoot: "Files that the set-up makes shall belong to the container's root."
        case .unshare:
            "Its own control group is where the container's view of control groups begins, and it had to be in it first."
        case .receiveMount:
            "The parent prepared this mount with the host's privilege; attached nowhere, it travels as a descriptor."
        case .openTree:
            "After the pivot the host's tree is out of reach, so copies of the mounts that are needed are taken now."
        case .attach: "A detached mount becomes visible where it is attached; the path is resolved inside the new root."
        case .mount(_, _, "proc", _, _):
            "/proc shows the pid namespace of the process that mounts it, so the container needs its own."
        case .mount(_, _, "sysfs", _, _):
            "/sys shows the network namespace of the process that mounts it; read-only, it is for looking only."
        case .mount(_, _, "devpts", _, _):
            "A new instance of devpts numbers the container's terminals and shows none of the host's."
        case .mount(_, _, "mqueue", _, _): "POSIX message queues belong to the IPC namespace and are seen here."
        case .mount(_, _, "tmpfs", _, _): "A file system in memory goes away with the mount namespace."
        case .mount: "A mount in the container's own mount namespace is not seen by the host."
        case .setPropagation: "Mounts of the container shall not show up on the host."
        case .makeReadOnly: "Nothing shall be written here."
        case .readOnlyPath: "Settings of the kernel that have no namespace can be read inside but not changed."
        case .maskPath: "It tells more about the host than a container needs to know."
        case .enterRoot: "pivot_root swaps the root of the mount namespace, so no path leads to the host's files."
        case .detachOldRoot: "With the last reference to the host's tree gone, there is no way back."
        case .makeDirectory, .makeMountPoint, .makeTarget, .createFile: "A mount needs something to be mounted on."
        case .symlink: "Programs expect this name."
        case .writeFile: "This setting has a value of its own in the container's namespaces."
        case .hostname, .domainname: "The UTS namespace has a name of its own."
        default: processWhy
        }
    }

    private var processWhy: String {
        switch self {
        case .standardStream: "The command reads and writes here."
        case .newSession: "The container's processes shall not get the signals of the caller's terminal."
        case .console, .terminal: "A terminal of the container's own: the caller's stays with the caller."
        case .limit: "A process and its children inherit this limit."
        case .boundingSet:
            "A capability dropped from the bounding set cannot be regained, not even by a set-user-id program."
        case .identity: "The command runs as this user; group ids are set first, because afterwards they cannot be."
        case .capabilities:
            "Root's power comes in parts; the command keeps only these, and only over its own namespaces."
        case .noNewPrivileges: "Set-user-id programs give no power from here on."
        case .parentDeathSignal:
            "When the supervisor dies, however it dies, the kernel ends the container; a change of ids would clear this."
        case .emptyInput: "Without -i the caller's standard input is not the command's."
        case .emptyStreams: "Nobody waits for what the command prints."
        case .umask: "New files get the usual modes."
        case .seccomp:
            "System calls that a container has no use for are refused before the kernel's code for them is reached."
        case .closeInherited:
            "A lock or a port is held as long as any copy of its descriptor is open; the container shall hold none."
        case .closeDescriptors: "No descriptor of the host leaks into the container."
        case .initProcess:
            "Pid 1 has to reap orphans and gets no signal that it does not handle; a small init does both."
        case .changeDirectory: "The command starts in its working directory."
        case .reportReady, .awaitRelease: "The command shall find its network in place."
        case .exec: "The process becomes the command."
        case .pause: "A process that sleeps holds its namespaces."
        case .optional(let wrapped): wrapped.why
        default: ""
        }
    }
}
