import Namespaces
import NetSetup
import SystemPackage

/// Turns a configuration and what its image says into an OCI runtime specification. Reads the root file system's user
/// database, changes nothing.
struct SpecificationBuilder {
    let configuration: ContainerConfiguration
    let source: RootSource
    let namespaces: NamespacePlan
    /// The UTS name, and the `HOSTNAME` variable.
    let hostname: String
    /// What it is given.
    let mounts: [ReadyMount]

    private var request: RunRequest { configuration.request }
    private var image: ImageConfiguration { source.configuration }

    /// Throws `UsageError` for an unknown user or capability, or when there is no command.
    func build() throws -> RuntimeSpecification {
        // A preview may come before the image is made; until then only root is known there.
        let users =
            source.preparation == nil
            ? try UserDatabase.read(inLayers: source.lowers) : UserDatabase(passwd: "root:x:0:0:root:/root:/bin/sh")
        let user = try users.resolve(request.user ?? image.user)
        let groups = try users.groups(request.groupsAdded, besides: user.supplementaryGroups)
        try namespaces.map.check(
            uid: user.uid, gid: user.gid, groups: groups, isOfChoice: namespaces.ownRange != nil)
        let granted = try grantedCapabilities()
        let sets = ProcessCapabilities(granted: granted, uid: user.uid)
        return RuntimeSpecification(
            process: .init(
                terminal: request.terminal,
                user: .init(uid: user.uid, gid: user.gid, additionalGids: groups),
                args: try arguments(),
                env: environment(home: user.home),
                cwd: configuration.workingDirectory ?? image.workingDirectory ?? "/",
                capabilities: .init(
                    bounding: sets.bounding.names, effective: sets.effective.names, permitted: sets.permitted.names,
                    inheritable: sets.inheritable.names, ambient: sets.ambient.names),
                rlimits: configuration.limits.map { .init(type: $0.ociName, hard: $0.hard, soft: $0.soft) },
                noNewPrivileges: configuration.security.noNewPrivileges,
                oomScoreAdj: configuration.outOfMemoryScore
            ),
            root: .init(path: source.lowers.first?.string ?? "/", readonly: request.readOnly),
            hostname: namespaces.new.contains(.uts) ? hostname : nil,
            domainname: request.domainname,
            mounts: mounts.map(mount),
            linux: linux(),
            annotations: configuration.labels
        )
    }

    private func grantedCapabilities() throws -> CapabilitySet {
        // In a user namespace of its own everything may be granted: it counts over the container's namespaces only.
        let all: CapabilitySet = namespaces.sharesHostUsers ? .available.intersection(.known) : .known
        if request.privileged { return all }
        let wanted = try CapabilitySet.adjusted(
            adding: request.capabilitiesAdded, dropping: request.capabilitiesDropped, all: all)
        return wanted.intersection(all)
    }

    private func arguments() throws(UsageError) -> [String] {
        let arguments = image.arguments(for: request)
        guard !arguments.isEmpty else { throw UsageError("no command specified") }
        return arguments
    }

    private func environment(home: String) -> [String] {
        var defaults = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOSTNAME=\(hostname)"]
        if request.terminal { defaults.append("TERM=xterm") }
        let merged = EnvironmentList.merge(
            EnvironmentList.merge(defaults, with: image.environment), with: configuration.environment)
        return merged.contains { $0.hasPrefix("HOME=") } ? merged : merged + ["HOME=\(home)"]
    }

    private func mount(_ ready: ReadyMount) -> RuntimeSpecification.Mount {
        let mount = ready.specification
        return switch mount.kind {
        case .tmpfs:
            .init(destination: mount.target, type: "tmpfs", source: "tmpfs", options: mount.tmpfsOptions)
        case .bind, .volume:
            .init(
                destination: mount.target, type: "bind", source: ready.shownSource,
                options: [mount.recursion == .disabled ? "bind" : "rbind", mount.propagation.rawValue]
                    + (ready.isReadOnly ? ["ro"] : []))
        }
    }

    private func linux() -> RuntimeSpecification.Linux {
        let isMade = { (kind: NamespaceKind) in
            namespaces.new.contains(kind) || (kind == .cgroup && namespaces.hidesControlGroups)
        }
        let made = NamespaceKind.allCases.filter(isMade)
        func mappings(_ ranges: [IDMap.Range]) -> [RuntimeSpecification.Linux.IDMapping] {
            ranges.map { .init(containerID: $0.inside, hostID: $0.outside, size: $0.count) }
        }
        let hasUsers = namespaces.new.contains(.user)
        let opensPaths = request.privileged || configuration.security.unconfinedPaths
        return RuntimeSpecification.Linux(
            namespaces: made.map { .init(type: $0.rawValue, path: nil) }
                + namespaces.joins.map { .init(type: $0.kind.rawValue, path: $0.path) },
            uidMappings: hasUsers ? mappings(namespaces.map.uids) : [],
            gidMappings: hasUsers ? mappings(namespaces.map.gids) : [],
            sysctl: Dictionary(configuration.sysctls.map { ($0.name, $0.value) }) { $1 },
            maskedPaths: opensPaths ? [] : StandardMounts.defaultMaskedPaths,
            readonlyPaths: opensPaths ? [] : StandardMounts.defaultReadOnlyPaths
        )
    }
}
