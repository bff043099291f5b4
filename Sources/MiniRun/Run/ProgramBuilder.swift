import CShim
import NetSetup
import Namespaces
import SystemPackage

/// Turns a runtime specification into the child's program and the steps that hand it its mounts.
struct ProgramBuilder {
    let configuration: ContainerConfiguration
    let specification: RuntimeSpecification
    let namespaces: NamespacePlan
    /// The files that minirun generates, by their place inside: /etc/hosts and the like.
    let generated: [(source: FilePath, target: String)]
    /// The container's own layer; nil to write through to the directory.
    let layer: FilePath?
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
        handOver.append(rootStep(root))

        var standard = standardMounts()
        try addMounts(to: &standard, &program, &handOver)

        program.append(.awaitMaps)
        if !namespaces.sharesHostUsers { program.append(.becomeRoot) }
        program.append([.parentDeathSignal(SIGKILL), .newSession])
        if let hostname = specification.hostname { program.append(.hostname(hostname)) }
        if namespaces.new.contains(.uts), let domainname = specification.domainname {
            program.append(.domainname(domainname))
        }
        let mounts = standard.operations(
            root: root, rootName: "the root file system", map: namespaces.map,
            hasUserNamespace: !namespaces.sharesHostUsers, in: &program)
        program.append(mounts)
        program.append(.changeDirectory(specification.process.cwd, create: true))
        if specification.process.terminal { program.append(terminal()) }
        program.append(standard.finalOperations)
        program.append([.umask(0o022), .reportReady, .awaitRelease])
        program.append(try confinement())
        program.append(execution())
        return Result(program: program, handOver: handOver)
    }

    // MARK: Files

    private func rootStep(_ slot: MountSlot) -> any Step {
        let directory = FilePath(specification.root.path)
        if let layer {
            return OverlayRoot(
                lowers: [directory], scratch: layer, isTemporary: true, map: namespaces.map, slot: slot)
        }
        return DirectRoot(directory: directory, map: namespaces.map, slot: slot)
    }

    private func standardMounts() -> StandardMounts {
        var standard = StandardMounts()
        if configuration.pid == .host { standard.proc = .host }
        if configuration.ipc == .host { standard.ipc = .host }
        standard.isReadOnly = specification.root.readonly
        standard.isUnconfined = specification.linux.maskedPaths.isEmpty && specification.linux.readonlyPaths.isEmpty
        standard.maskedPaths = specification.linux.maskedPaths
        standard.readOnlyPaths = specification.linux.readonlyPaths
        return standard
    }

    private func addMounts(
        to standard: inout StandardMounts, _ program: inout ChildProgram, _ handOver: inout [any Step]
    ) throws {
        var trees = configuration.mounts.filter { $0.kind == .bind }.map { mount in
            TreeMount(
                source: FilePath(mount.source), target: mount.target, isReadOnly: mount.readOnly,
                isRecursive: mount.recursion != .disabled, propagation: mount.propagation.flags,
                map: namespaces.map, slot: program.newSlot())
        }
        // The generated files belong to the container's root already, and a volume of the user's may stand in for one.
        let identity = namespaces.map.identityOverInside
        let taken = Set(trees.map(\.target))
        trees += generated.filter { !taken.contains($0.target) }.map { file in
            TreeMount(source: file.source, target: file.target, map: identity, slot: program.newSlot())
        }
        handOver += trees
        standard.volumes = trees.flatMap(\.childOperations)
        standard.volumes += configuration.sysctls.map { .writeFile($0.path, text: $0.value) }
        standard.temporary = try configuration.mounts.filter { $0.kind == .tmpfs }.map { mount in
            let (flags, data) = try MountFlags.parse(mount.tmpfsOptions)
            return .init(target: mount.target, flags: flags, data: data)
        }
    }

    /// With the size of ours from the beginning, so that the first prompt is drawn right.
    private func terminal() -> ChildOperation {
        let size = try? (Terminal(1) ?? Terminal(0))?.size()
        return .console(rows: size?.rows ?? 24, columns: size?.columns ?? 80, owner: specification.process.user.uid)
    }

    // MARK: Process

    private func confinement() throws -> [ChildOperation] {
        let process = specification.process
        var operations: [ChildOperation] = configuration.limits.map {
            .limit(resource: $0.resource, soft: $0.soft, hard: $0.hard)
        }
        let bounding = CapabilitySet(names: process.capabilities.bounding)
        let sets = ProcessCapabilities(granted: bounding, uid: process.user.uid)
        let drop: [ChildOperation] = [.capabilities(sets)]
        let filter = try seccomp(bounding)
        operations.append(.boundingSet(bounding.rawValue))
        operations.append(
            .identity(uid: process.user.uid, gid: process.user.gid, groups: process.user.additionalGids))
        if process.noNewPrivileges {
            // After no_new_privs the filter needs no privilege, so it can come last and need not allow what precedes it.
            operations += drop + [.noNewPrivileges] + filter
        } else {
            operations += filter + drop
        }
        // A change of ids clears it.
        operations.append(.parentDeathSignal(SIGKILL))
        return operations
    }

    private func seccomp(_ capabilities: CapabilitySet) throws -> [ChildOperation] {
        if configuration.request.privileged { return [] }
        let policy: SeccompPolicy =
            switch configuration.security.seccomp {
            case .standard: .standard
            case .unconfined: .unconfined
            case .file(let path): .file(FilePath(path))
            }
        return try policy.filter(for: capabilities, cache: seccompCache).map { [.seccomp($0.program)] } ?? []
    }

    private func execution() -> [ChildOperation] {
        let process = specification.process
        var operations: [ChildOperation] = [.closeDescriptors(from: 3)]
        if configuration.request.initProcess { operations.append(.initProcess) }
        operations.append(
            .exec(
                candidates: Self.candidates(for: process.args[0], environment: process.env), arguments: process.args,
                environment: process.env))
        return operations
    }

    /// Where execvp(3) would look, in the container's PATH.
    static func candidates(for program: String, environment: [String]) -> [String] {
        if program.contains("/") { return [program] }
        let path = environment.last { $0.hasPrefix("PATH=") }?.dropFirst(5) ?? "/bin:/usr/bin"
        return path.split(separator: ":", omittingEmptySubsequences: false).map { directory in
            directory.isEmpty ? "./\(program)" : "\(directory)/\(program)"
        }
    }
}

extension CapabilitySet {
    /// The set of these names; unknown ones are left out.
    fileprivate init(names: [String]) { self.init(names.compactMap(Capability.init(name:))) }
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
