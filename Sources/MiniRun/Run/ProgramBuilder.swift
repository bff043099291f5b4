import CShim
import Namespaces
import NetSetup
import SystemPackage

/// Turns a runtime specification into the child's program and the steps that hand it its mounts.
struct ProgramBuilder {
    let configuration: ContainerConfiguration
    let specification: RuntimeSpecification
    let namespaces: NamespacePlan
    /// The root file system's directories, the uppermost first.
    let lowers: [FilePath]
    /// What the user and the image want mounted.
    let mounts: [ReadyMount]
    /// The files that minirun generates, by their place inside: /etc/hosts and the like.
    let generated: [(source: FilePath, target: String)]
    /// Where what the container changes goes.
    let layer: ContainerLayer
    /// Where its standard streams lead.
    let streams: ContainerStreams
    /// Where compiled seccomp filters are kept.
    let seccompCache: FilePath

    /// What the child does, and what the supervisor does for it once it exists.
    struct Result {
        var program: ChildProgram
        var handOver: [any Step]
    }

    /// Throws `UsageError`, or `SeccompError` for a profile that cannot be used.
    func build() throws -> Result {
        var program = ChildProgram()
        var handOver: [any Step] = []
        let root = program.newSlot()
        if let score = specification.process.oomScoreAdj { handOver.append(AdjustOutOfMemoryScore(score)) }
        handOver.append(rootStep(root))

        var standard = standardMounts()
        try addMounts(to: &standard, &program, &handOver)

        if case .pipes(let pipes) = streams { program.append(pipes.operations) }
        program.append([.closeInherited, .awaitMaps])
        if !namespaces.sharesHostUsers { program.append(.becomeRoot) }
        if namespaces.hidesControlGroups { program.append(.unshare(.cgroup)) }
        program.append([.parentDeathSignal(SIGKILL), .newSession])
        if let hostname = specification.hostname { program.append(.hostname(hostname)) }
        if namespaces.new.contains(.uts), let domainname = specification.domainname {
            program.append(.domainname(domainname))
        }
        let mounts = standard.operations(
            root: root, rootName: "the root file system", map: namespaces.map,
            hasUserNamespace: !namespaces.sharesHostUsers, in: &program)
        program.append(mounts)
        let process = try processSetup()
        program.append(process.before)
        if specification.process.terminal { program.append(terminal()) }
        program.append(standard.finalOperations)
        // Beside the supervisor's work on the network, unless the user's own filter might forbid to wait for its end.
        let confinesFirst = !configuration.security.seccomp.isUsersOwn
        if confinesFirst { program.append(process.confinement) }
        program.append([.reportReady, .awaitRelease])
        if !confinesFirst { program.append(process.confinement) }
        program.append(process.execution)
        return Result(program: program, handOver: handOver)
    }

    // MARK: Files

    private func rootStep(_ slot: MountSlot) -> any Step {
        guard layer == .none else {
            return OverlayRoot(
                lowers: lowers, scratch: layer.directory, isVolatile: layer == .memory,
                allowsDevices: allowsDevices,
                map: namespaces.map, slot: slot)
        }
        return DirectRoot(
            directory: FilePath(specification.root.path), allowsDevices: allowsDevices, map: namespaces.map, slot: slot)
    }

    private var allowsDevices: Bool { configuration.request.privileged }

    /// A device that the user names is meant to be one.
    private static func isDevice(_ path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { return false }
        let kind = status.st_mode & mode_t(S_IFMT)
        return kind == mode_t(S_IFCHR) || kind == mode_t(S_IFBLK)
    }

    private func standardMounts() -> StandardMounts {
        var standard = StandardMounts()
        if configuration.pid == .host { standard.proc = .host }
        if configuration.ipc == .host { standard.ipc = .host }
        standard.sharedMemorySize = configuration.sharedMemorySize
        standard.hasSharedMemory = configuration.ipc != .none
        standard.allowsDevices = allowsDevices
        standard.isReadOnly = specification.root.readonly
        standard.isUnconfined = specification.linux.maskedPaths.isEmpty && specification.linux.readonlyPaths.isEmpty
        standard.maskedPaths = specification.linux.maskedPaths
        standard.readOnlyPaths = specification.linux.readonlyPaths
        return standard
    }

    /// The user's mounts, those nearer to the root first whatever option asked for them, then minirun's own files; a mount
    /// of the user's may stand in for one of these.
    private func addMounts(
        to standard: inout StandardMounts, _ program: inout ChildProgram, _ handOver: inout [any Step]
    ) throws {
        // Before any mount of the user's, which might stand in for /proc.
        standard.volumes += configuration.sysctls.map { .writeFile($0.path, text: $0.value) }
        let sorted = mounts.enumerated().sorted { left, right in
            (Self.depth(left.element.specification.target), left.offset)
                < (Self.depth(right.element.specification.target), right.offset)
        }.map(\.element)
        for ready in sorted {
            let mount = ready.specification
            if mount.kind == .tmpfs {
                let (flags, data) = try MountFlags.parse(mount.tmpfsOptions)
                let tmpfs = StandardMounts.Temporary(target: mount.target, flags: flags, data: data)
                standard.volumes += tmpfs.childOperations
            } else {
                handOver += try prepared(mount)
                attach(
                    TreeMount(
                        source: ready.source, subpath: mount.subpath, target: mount.target,
                        isReadOnly: ready.isReadOnly,
                        allowsDevices: allowsDevices || mount.kind == .bind && Self.isDevice(mount.source),
                        isRecursive: mount.recursion != .disabled, propagation: mount.propagation.flags,
                        map: namespaces.map, slot: program.newSlot()), to: &standard, &handOver)
            }
        }
        for device in try DevicePlanner(namespaces: namespaces).mounts(configuration.devices, &program) {
            handOver.append(device)
            standard.volumes += device.childOperations
        }
        // They belong to the container's root already, so they need no map of their own.
        let taken = Set(mounts.map(\.specification.target))
        for file in generated where !taken.contains(file.target) {
            attach(
                TreeMount(
                    source: file.source, target: file.target, map: namespaces.map.identityOverInside,
                    slot: program.newSlot()), to: &standard, &handOver)
        }
    }

    private func attach(_ tree: TreeMount, to standard: inout StandardMounts, _ handOver: inout [any Step]) {
        handOver.append(tree)
        standard.volumes += tree.childOperations
    }

    /// A source that is missing is made for `-v`, and is an error for `--mount`.
    private func prepared(_ mount: MountSpecification) throws(UsageError) -> [any Step] {
        if mount.kind == .volume || access(mount.source, F_OK) == 0 { return [] }
        guard mount.createsSource else {
            throw UsageError(
                "invalid mount config for type \"bind\": bind source path does not exist: \(mount.source)")
        }
        return [MakeDirectory(FilePath(mount.source))]
    }

    private static func depth(_ path: String) -> Int { path.split(separator: "/").count }

    /// With the size of the user's from the beginning, so that the first prompt is drawn right.
    private func terminal() -> ChildOperation {
        var size: (rows: UInt16, columns: UInt16) = (24, 80)
        if case .terminal(let rows, let columns) = streams, rows != 0, columns != 0 { size = (rows, columns) }
        return .console(rows: size.rows, columns: size.columns, owner: specification.process.user.uid)
    }

    // MARK: Process

    private func processSetup() throws -> ProcessSetup {
        let process = specification.process
        let granted = CapabilitySet(names: process.capabilities.bounding)
        var setup = ProcessSetup(arguments: process.args, environment: process.env)
        setup.uid = process.user.uid
        setup.gid = process.user.gid
        setup.groups = process.user.additionalGids
        setup.capabilities = ProcessCapabilities(granted: granted, uid: process.user.uid)
        setup.noNewPrivileges = process.noNewPrivileges
        setup.seccomp = try seccomp(granted)
        setup.limits = configuration.limits.map { ($0.resource, $0.soft, $0.hard) }
        setup.workingDirectory = process.cwd
        setup.hasInit = configuration.request.initProcess
        setup.keepsInput = configuration.request.interactive
        return setup
    }

    private func seccomp(_ capabilities: CapabilitySet) throws -> [UInt8]? {
        if configuration.request.privileged { return nil }
        return try SeccompPolicy(configuration.security.seccomp).filter(for: capabilities, cache: seccompCache)?.program
    }
}

extension SeccompPolicy {
    /// What the option asks for.
    init(_ option: SecurityOptions.Seccomp) {
        switch option {
        case .standard: self = .standard
        case .unconfined: self = .unconfined
        case .file(let path): self = .file(FilePath(path))
        }
    }
}

extension CapabilitySet {
    /// The set of these names; unknown ones are left out.
    init(names: [String]) { self.init(names.compactMap(Capability.init(name:))) }
}

extension MountSpecification.Propagation {
    fileprivate var flags: MountFlags {
        switch self {
        case .private, .rprivate: .isPrivate
        case .slave, .rslave: .isSlave
        case .shared, .rshared: .isShared
        }
    }
}

extension SecurityOptions.Seccomp {
    fileprivate var isUsersOwn: Bool {
        if case .file = self { return true }
        return false
    }
}
