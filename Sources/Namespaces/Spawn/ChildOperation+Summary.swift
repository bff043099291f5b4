import SystemPackage

extension ChildOperation {
    /// What it does, in the words of an error message: `mount proc on /proc`.
    public var summary: String {
        switch self {
        case .awaitMaps: "wait for the id maps"
        case .becomeRoot: "become root of the container"
        case .unshare(let kind): "make a \(kind.rawValue) namespace"
        case .receiveMount(_, let what): "take over \(what)"
        case .openTree(let path, _, _): "open the host's \(path)"
        case .attach(_, let target): "mount on \(target)"
        case .mount(let source, let target, let type, let flags, let data):
            "mount \(type ?? source) on \(target) (flags \(flags.kernelNames)\(data.map { ", \($0)" } ?? ""))"
        case .setPropagation(let path, let flags): "set propagation of \(path) to \(flags.kernelNames)"
        case .makeReadOnly(let path): "make \(path) read-only"
        case .readOnlyPath(let path): "make \(path) read-only"
        case .maskPath(let path): "mask \(path)"
        case .enterRoot: "pivot into the root file system"
        case .detachOldRoot: "let go of the host's file systems"
        case .makeDirectory(let path, _), .makeMountPoint(let path): "make directory \(path)"
        case .makeTarget(let path, _): "make mount point \(path)"
        case .createFile(let path, _): "make file \(path)"
        case .symlink(let path, let pointsTo): "link \(path) to \(pointsTo)"
        case .writeFile(let path, let text): "write \(text) to \(path)"
        case .hostname(let name): "set host name \(name)"
        case .domainname(let name): "set domain name \(name)"
        default: processSummary
        }
    }

    private var processSummary: String {
        switch self {
        case .standardStream(let number, _): "connect standard stream \(number)"
        case .newSession: "start a session"
        case .console, .terminal: "open a terminal"
        case .emptyInput: "open /dev/null as standard input"
        case .emptyStreams: "open /dev/null as standard streams"
        case .limit(let resource, let soft, let hard):
            "set the limit \(ResourceLimit.name(of: resource)) to \(ResourceLimit.text(soft)):\(ResourceLimit.text(hard))"
        case .boundingSet: "drop capabilities from the bounding set"
        case .identity(let uid, let gid, _): "become user \(uid), group \(gid)"
        case .capabilities: "set capabilities"
        case .noNewPrivileges: "forbid new privileges"
        case .parentDeathSignal(let signal): "ask for signal \(signal) at the supervisor's end"
        case .umask: "set umask"
        case .seccomp: "load the seccomp filter"
        case .closeInherited: "close the supervisor's descriptors"
        case .closeDescriptors: "close descriptors"
        case .initProcess: "start an init process"
        case .changeDirectory(let path, _): "change to directory \(path)"
        case .reportReady: "report that the set-up is done"
        case .awaitRelease: "wait for the release"
        case .exec(let candidates, let arguments, _): "exec \"\(arguments.first ?? candidates.first ?? "")\""
        case .pause: "pause"
        case .optional(let wrapped): wrapped.summary
        default: ""
        }
    }

    /// What to do next, where the reason is well known.
    func hint(for errno: Errno) -> String? {
        switch (self, errno) {
        case (.mount(_, let target, "proc", _, _), .notPermitted):
            "\(target) of the host is partly hidden or read-only, so the kernel allows a user namespace no new one; try --userns host"
        case (.mount(_, _, "sysfs", _, _), .notPermitted):
            "the network namespace belongs to another user namespace"
        case (.identity, .invalidArgument), (.identity, .notPermitted):
            "the container's map may have no such id; without a subordinate range it has only root"
        case (.attach, .notDirectory), (.attach, .invalidArgument), (.makeTarget, .notDirectory),
            (.makeTarget, .isDirectory):
            "are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is "
                + "the expected type"
        case (.limit, .notPermitted):
            "minirun itself has less, and a container with ids of its own cannot have more; raise minirun's own hard limit "
                + "(ulimit -H), or use --userns host"
        case (.exec, .execFormatError): "made for another architecture, or a script without #! line"
        case (.makeDirectory, .readOnlyFileSystem), (.createFile, .readOnlyFileSystem),
            (.makeTarget, .readOnlyFileSystem):
            "the root file system cannot be written and lacks this mount point"
        default: nil
        }
    }
}
