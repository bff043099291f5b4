extension ChildOperation: Explainable {
    /// The three voices.
    ///
    /// The shell lines are for a shell inside the new namespaces that has mounted the root at `$ROOT` and keeps the
    /// host's tools in reach: it writes `"$ROOT"/proc` where the child, which has pivoted already, says `/proc`.
    public var explanation: Explanation {
        Explanation(shell: shell, systemCalls: systemCalls, why: why)
    }

    /// Making what a mount is put on, and receiving or copying what is put there.
    public var isPreparation: Bool {
        switch self {
        case .makeDirectory, .makeMountPoint, .createFile, .makeTarget, .receiveMount: true
        case .optional(let wrapped): wrapped.isPreparation
        default: false
        }
    }

    private var shell: [String] {
        switch self {
        case .attach(let slot, let target): ["mount --bind \"$TREE\(slot.index)\" \(target.inRoot)"]
        case .openTree(let path, _, let slot): ["TREE\(slot.index)=\(path.shellQuoted)"]
        case .mount(let source, let target, let type, let flags, let data):
            [Self.mountLine(source, target, type, flags, data)]
        case .setPropagation(let path, let flags):
            ["mount --make-r\(flags.contains(.isSlave) ? "slave" : "private") \(path.shellQuoted)"]
        case .makeReadOnly(let path): ["mount -o remount,bind,ro \(path.inRoot)"]
        case .readOnlyPath(let path):
            [
                "[ ! -e \(path.inRoot) ] || { mount --rbind \(path.inRoot) \(path.inRoot)"
                    + " && mount -o remount,bind,ro \(path.inRoot); }"
            ]
        case .maskPath(let path):
            [
                "if [ -d \(path.inRoot) ]; then mount -t tmpfs -o ro tmpfs \(path.inRoot);"
                    + " elif [ -e \(path.inRoot) ]; then mount --bind /dev/null \(path.inRoot); fi"
            ]
        case .makeMountPoint(let path): ["mkdir -p -m 555 \(path.inRoot)"]
        case .makeDirectory(let path, let mode): ["mkdir -p -m \(String(mode, radix: 8)) \(path.inRoot)"]
        case .makeTarget(let path, let slot):
            [
                "if [ -d \"$TREE\(slot.index)\" ]; then mkdir -p \(path.inRoot);"
                    + " else mkdir -p \"$(dirname \(path.inRoot))\" && touch \(path.inRoot); fi"
            ]
        case .createFile(let path, _): ["mkdir -p \"$(dirname \(path.inRoot))\" && touch \(path.inRoot)"]
        case .symlink(let path, let pointsTo):
            ["[ -e \(path.inRoot) ] || ln -sn \(pointsTo.shellQuoted) \(path.inRoot)"]
        case .writeFile(let path, let text): ["printf %s \(text.shellQuoted) > \(path.shellQuoted)"]
        case .hostname(let name): ["hostname \(name.shellQuoted)"]
        case .domainname(let name): ["domainname \(name.shellQuoted)"]
        case .emptyInput: ["exec </dev/null"]
        case .emptyStreams: ["exec <>/dev/null >&0 2>&0"]
        case .umask(let mask): ["umask \(String(mask, radix: 8))"]
        case .changeDirectory(let path, let create): create ? ["mkdir -p \(path.inRoot)"] : []
        case .exec(_, let arguments, let environment):
            [
                (["exec chroot \"$ROOT\" /usr/bin/env -i"] + (environment + arguments).map(\.shellQuoted))
                    .joined(separator: " ")
            ]
        case .optional(let wrapped): wrapped.shell.map { "{ \($0); } 2>/dev/null || true" }
        default: []
        }
    }

    private static func mountLine(
        _ source: String, _ target: String, _ type: String?, _ flags: MountFlags, _ data: String?
    ) -> String {
        let options = flags.options + (data.map { [$0] } ?? [])
        var words = ["mount"]
        if let type { words += ["-t", type.shellQuoted] }
        if !options.isEmpty { words += ["-o", options.joined(separator: ",").shellQuoted] }
        return (words + [source.shellQuoted, target.inRoot]).joined(separator: " ")
    }

    private var systemCalls: [String] {
        switch self {
        case .awaitMaps, .awaitRelease: ["recvmsg(channel)"]
        case .unshare(let kind): ["unshare(\(kind.flagName))"]
        case .becomeRoot: ["setgroups([])", "setresgid(0, 0, 0)", "setresuid(0, 0, 0)"]
        case .receiveMount(let slot, let what): ["recvmsg(channel, SCM_RIGHTS) = tree\(slot.index)  # \(what)"]
        case .openTree(let path, let recursive, let slot):
            ["open_tree(\"\(path)\", OPEN_TREE_CLONE\(recursive ? "|AT_RECURSIVE" : "")) = tree\(slot.index)"]
        case .attach(let slot, let target):
            ["move_mount(tree\(slot.index), \"\", AT_FDCWD, \"\(target)\", MOVE_MOUNT_F_EMPTY_PATH)"]
        case .mount(let source, let target, let type, let flags, let data):
            [
                "mount(\"\(source)\", \"\(target)\", \(Self.quoted(type)), \(flags.kernelNames), \(Self.quoted(data)))"
            ]
        case .setPropagation(let path, let flags): ["mount(\"none\", \"\(path)\", NULL, \(flags.kernelNames), NULL)"]
        case .makeReadOnly(let path): ["mount_setattr(\"\(path)\", {attr_set=MOUNT_ATTR_RDONLY})"]
        case .readOnlyPath(let path):
            [
                "open_tree(\"\(path)\", OPEN_TREE_CLONE|AT_RECURSIVE) = t",
                "mount_setattr(t, AT_RECURSIVE, {attr_set=MOUNT_ATTR_RDONLY})", "move_mount(t, \"\(path)\")",
            ]
        case .maskPath(let path):
            ["mount(\"/dev/null\", \"\(path)\", NULL, MS_BIND, NULL)  # a directory: an empty tmpfs, MS_RDONLY"]
        case .enterRoot(let slot):
            [
                "move_mount(tree\(slot.index), \"\", AT_FDCWD, \"/\", MOVE_MOUNT_F_EMPTY_PATH)",
                "fchdir(tree\(slot.index))", "pivot_root(\".\", \".\")",
            ]
        case .detachOldRoot: ["umount2(\".\", MNT_DETACH)", "chdir(\"/\")"]
        case .makeMountPoint(let path): ["mkdir(\"\(path)\", 0555)"]
        case .makeDirectory(let path, let mode): ["mkdir(\"\(path)\", 0\(String(mode, radix: 8)))"]
        case .makeTarget(let path, _): ["mkdir(\"\(path)\") or open(\"\(path)\", O_CREAT)"]
        case .createFile(let path, _): ["open(\"\(path)\", O_CREAT)"]
        case .symlink(let path, let pointsTo): ["symlink(\"\(pointsTo)\", \"\(path)\")"]
        case .writeFile(let path, let text): ["write(open(\"\(path)\"), \"\(text)\")"]
        case .hostname(let name): ["sethostname(\"\(name)\")"]
        case .domainname(let name): ["setdomainname(\"\(name)\")"]
        default: processCalls
        }
    }

    private var processCalls: [String] {
        switch self {
        case .standardStream(let number, let source): ["dup2(\(source), \(number))"]
        case .newSession: ["setsid()"]
        case .console, .terminal:
            [
                "open(\"/dev/pts/ptmx\")", "ioctl(TIOCGPTPEER)", "setsid()", "ioctl(TIOCSCTTY)", "dup2 to 0, 1, 2",
                "sendmsg(channel, SCM_RIGHTS)  # the master side",
            ]
        case .emptyInput: ["open(\"/dev/null\")", "dup2 to 0"]
        case .emptyStreams: ["open(\"/dev/null\")", "dup2 to 0, 1, 2"]
        case .limit(let resource, let soft, let hard): ["setrlimit(\(resource), {\(soft), \(hard)})"]
        case .boundingSet(let mask): ["prctl(PR_CAPBSET_DROP, all but 0x\(String(mask, radix: 16)))"]
        case .identity(let uid, let gid, let groups):
            ["prctl(PR_SET_KEEPCAPS, 1)", "setgroups(\(groups))", "setresgid(\(gid))", "setresuid(\(uid))"]
        case .capabilities(let masks):
            [
                "capset(effective=0x\(String(masks.effective.rawValue, radix: 16)),"
                    + " permitted=0x\(String(masks.permitted.rawValue, radix: 16)),"
                    + " inheritable=0x\(String(masks.inheritable.rawValue, radix: 16)))"
            ]
        case .noNewPrivileges: ["prctl(PR_SET_NO_NEW_PRIVS, 1)"]
        case .parentDeathSignal(let signal): ["prctl(PR_SET_PDEATHSIG, \(signal))"]
        case .umask(let mask): ["umask(0\(String(mask, radix: 8)))"]
        case .seccomp(let filter): ["seccomp(SECCOMP_SET_MODE_FILTER, \(filter.count / 8) instructions)"]
        case .closeInherited: ["close_range(3, ~0, 0)  # all but the channel to the supervisor"]
        case .closeDescriptors(let first): ["close_range(\(first), ~0, CLOSE_RANGE_CLOEXEC)"]
        case .initProcess: ["fork()  # the parent stays as pid 1: sigwaitinfo, kill, wait4"]
        case .changeDirectory(let path, _): ["chdir(\"\(path)\")"]
        case .reportReady: ["sendmsg(channel)"]
        case .exec(let candidates, _, _): ["execve(\"\(candidates.first ?? "")\")"]
        case .pause: ["pause()"]
        case .optional(let wrapped): wrapped.systemCalls
        default: []
        }
    }

    private static func quoted(_ text: String?) -> String { text.map { "\"\($0)\"" } ?? "NULL" }
}
