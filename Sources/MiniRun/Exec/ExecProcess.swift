import CShim
import Namespaces
import SystemPackage

/// What a process does from its birth in a container's namespaces until it is the command: who it is and what it may do are
/// the container's own, as its specification says, unless the words say otherwise.
struct ExecProcess {
    let request: ExecRequest
    let target: ExecTarget
    let setup: ProcessSetup
    /// What it has for standard streams; nil for ours, or a terminal of its own.
    let pipes: ContainerPipes?

    /// Throws `UsageError` for an unknown user or a bad option, `KernelError` for a file of options that cannot be read, and
    /// `SeccompError`.
    init(_ request: ExecRequest, in target: ExecTarget, _ pipes: ContainerPipes?, seccompCache: FilePath) throws {
        self.pipes = pipes
        self.request = request
        self.target = target
        let container = target.specification.process
        let user = try ExecUser(request.user, in: target)
        try target.map.check(uid: user.uid, gid: user.gid, groups: user.groups)
        setup = try {
            var setup = ProcessSetup(
                arguments: request.command, environment: try Self.environment(request, target, user))
            setup.uid = user.uid
            setup.gid = user.gid
            setup.groups = user.groups
            let granted =
                request.privileged ? target.allCapabilities : CapabilitySet(names: container.capabilities.bounding)
            setup.capabilities = ProcessCapabilities(granted: granted, uid: user.uid)
            setup.noNewPrivileges = container.noNewPrivileges
            if !request.privileged { setup.seccomp = try target.seccompFilter(for: granted, cache: seccompCache) }
            setup.limits = container.rlimits.compactMap(ResourceLimit.init).map { ($0.resource, $0.soft, $0.hard) }
            setup.workingDirectory =
                try request.workingDirectory.map(ScalarOptions.workingDirectory) ?? container.cwd
            setup.makesDirectory = false
            setup.endsWithParent = !request.detach
            setup.keepsInput = request.interactive || request.terminal || request.detach
            return setup
        }()
    }

    /// The operations, in order.
    var program: ChildProgram {
        var program = ChildProgram()
        program.append(pipes?.operations ?? [])
        program.append(.closeInherited)
        // The joined user namespace knows our ids as nobody's.
        if !target.sharesUsers { program.append(.becomeRoot) }
        if setup.endsWithParent { program.append(.parentDeathSignal(SIGKILL)) }
        // Away from the caller's terminal, into which a process of its session could type (TIOCSTI).
        program.append(.newSession)
        program.append(setup.before)
        if request.detach {
            program.append(.emptyStreams)
        } else if request.terminal {
            let size = AttachClient.size
            let isKnown = size.rows != 0 && size.columns != 0
            program.append(
                .terminal(
                    rows: isKnown ? size.rows : 24, columns: isKnown ? size.columns : 80, owner: setup.uid))
        }
        // A filter of the user's own might forbid to wait for the release.
        let confinesFirst = !target.hasOwnFilter
        if confinesFirst { program.append(setup.confinement) }
        program.append([.reportReady, .awaitRelease])
        if !confinesFirst { program.append(setup.confinement) }
        program.append(setup.execution)
        return program
    }

    /// The container's, the words' on top. A home directory that nobody chose is that of the command's user.
    private static func environment(_ request: ExecRequest, _ target: ExecTarget, _ user: ExecUser) throws -> [String] {
        var files: [(name: String, bytes: [UInt8])] = []
        for file in request.environmentFiles { files.append((file, try Files.read(FilePath(file)))) }
        let given = try EnvironmentList.gather(options: request.environment, files: files) { name in
            getenv(name).map { String(cString: $0) }
        }
        var own = target.specification.process.env
        if let home = user.home { own = EnvironmentList.merge(own, with: ["HOME=\(home)"]) }
        let hasTerminalType = own.contains { $0.begins(with: "TERM=") }
        return EnvironmentList.merge(
            own + (request.terminal && !hasTerminalType ? ["TERM=xterm"] : []), with: given)
    }
}

/// Who the command runs as: the container's user, or `-u`.
private struct ExecUser {
    let uid: UInt32
    let gid: UInt32
    let groups: [UInt32]
    /// Its home directory, where it takes the place of the container's user's; nil: what is set stays.
    let home: String?

    init(_ specification: String?, in target: ExecTarget) throws {
        let own = target.specification.process.user
        guard let specification, !specification.isEmpty else {
            (uid, gid, groups, home) = (own.uid, own.gid, own.additionalGids, nil)
            return
        }
        let users = try target.users()
        let user = try users.resolve(specification)
        (uid, gid) = (user.uid, user.gid)
        groups = try users.groups(target.record.request.groupsAdded, besides: user.supplementaryGroups)
        let usual = "HOME=\(try users.resolve("\(own.uid)").home)"
        home = target.specification.process.env.last == usual ? user.home : nil
    }
}

extension ExecTarget {
    /// Everything that can be had in its user namespace.
    fileprivate var allCapabilities: CapabilitySet { sharesUsers ? .available.intersection(.known) : .known }

    /// Whether it runs under a filter that the user wrote.
    fileprivate var hasOwnFilter: Bool {
        if case .file = seccomp { return true }
        return false
    }

    private var seccomp: SecurityOptions.Seccomp {
        // The words were understood when the container was made.
        (try? SecurityOptions(parsing: record.request.securityOptions))?.seccomp ?? .standard
    }

    fileprivate func seccompFilter(for capabilities: CapabilitySet, cache: FilePath) throws -> [UInt8]? {
        if record.request.privileged { return nil }
        return try SeccompPolicy(seccomp).filter(for: capabilities, cache: cache)?.program
    }
}

extension ResourceLimit {
    /// A limit of a specification; nil for a kind that is none.
    fileprivate init?(_ limit: RuntimeSpecification.Process.Limit) {
        let name = limit.type.dropFirst("RLIMIT_".count).lowercased()
        try? self.init("\(name)=\(Int64(bitPattern: limit.soft)):\(Int64(bitPattern: limit.hard))")
    }
}
