/// The last part of a child program: who the command runs as, what it may do, what it is.
public struct ProcessSetup: Sendable {
    /// User id inside.
    public var uid: UInt32 = 0
    /// Group id inside.
    public var gid: UInt32 = 0
    /// Supplementary groups.
    public var groups: [UInt32] = []
    /// Its capabilities; nil leaves all of them (`--privileged` in its own user namespace).
    public var capabilities: ProcessCapabilities?
    /// PR_SET_NO_NEW_PRIVS.
    public var noNewPrivileges = false
    /// Seccomp filter, an array of `struct sock_filter`; nil for none.
    public var seccomp: [UInt8]?
    /// Resource limits: RLIMIT_*, soft, hard.
    public var limits: [(resource: Int32, soft: UInt64, hard: UInt64)] = []
    /// Whether it keeps the caller's standard input (`-i`); else that is empty.
    public var keepsInput = true
    /// umask.
    public var umask: UInt32 = 0o022
    /// Absolute path inside.
    public var workingDirectory = "/"
    /// Whether a working directory that is missing is made, as Docker does it for a container's first process.
    public var makesDirectory = true
    /// Whether it ends when its parent does.
    public var endsWithParent = true
    /// `--init`.
    public var hasInit = false
    /// The command and its arguments; at least one.
    public var arguments: [String]
    /// `NAME=value`.
    public var environment: [String]

    /// A command to be run.
    public init(arguments: [String], environment: [String]) {
        self.arguments = arguments
        self.environment = environment
    }

    /// The files that execve is tried with: the name itself when it has a slash, else below each directory of PATH as
    /// the container's environment has it (Docker's default without one).
    public var candidates: [String] {
        guard let name = arguments.first, !name.isEmpty else { return [] }
        if name.contains("/") { return [name] }
        let path = environment.last { $0.hasPrefix("PATH=") }?.dropFirst(5) ?? Self.defaultPath[...]
        return path.split(separator: ":", omittingEmptySubsequences: false).map { directory in
            directory.isEmpty ? "./\(name)" : "\(directory)/\(name)"
        }
    }

    /// Docker's default PATH.
    public static let defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// Operations before the release: what needs the container's root. Standard mounts come before, ready and release after.
    public var before: [ChildOperation] {
        limits.map { .limit(resource: $0.resource, soft: $0.soft, hard: $0.hard) }
            + [.changeDirectory(workingDirectory, create: makesDirectory), .umask(umask)]
            + (keepsInput ? [] : [.emptyInput])
    }

    /// Operations that give up what the command must not have. They need nothing of what the supervisor is still doing, so
    /// they may come before its release; a filter that may refuse what the wait for it needs has to come after.
    ///
    /// A filter without no_new_privs needs CAP_SYS_ADMIN, so it is loaded before the capabilities go; with it, after.
    public var confinement: [ChildOperation] {
        var operations: [ChildOperation] = []
        if let capabilities { operations.append(.boundingSet(capabilities.bounding.rawValue)) }
        operations.append(.identity(uid: uid, gid: gid, groups: groups))
        // A change of ids clears it.
        if endsWithParent { operations.append(.parentDeathSignal(9)) }
        operations.append(.closeDescriptors(from: 3))
        if let seccomp, !noNewPrivileges { operations.append(.seccomp(seccomp)) }
        if let capabilities { operations.append(.capabilities(capabilities)) }
        if noNewPrivileges {
            operations.append(.noNewPrivileges)
            if let seccomp { operations.append(.seccomp(seccomp)) }
        }
        return operations
    }

    /// Operations after the release: the process becomes the command.
    public var execution: [ChildOperation] {
        (hasInit ? [.initProcess] : [])
            + [.exec(candidates: candidates, arguments: arguments, environment: environment)]
    }
}
