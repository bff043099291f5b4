import Namespaces
import NetSetup
import SystemPackage

/// Every step of a run, in order, and the record that goes with it. A value: it is printed, written as a script, or
/// carried out; there is no second description of what minirun does.
struct RunPlan {
    /// The steps.
    private(set) var steps: [any Step] = []
    /// The OCI specification that the steps carry out.
    let specification: RuntimeSpecification
    /// What is written down about the container.
    let record: ContainerRecord
    /// What holds the container's processes together, if anything does.
    let controlGroup: ControlGroup?
    /// Sentences for standard error.
    private(set) var notices: [String]

    /// What a plan is made from, besides the configuration.
    struct Circumstances {
        var source: RootSource
        var namespaces: NamespacePlan
        var claims: Claims
        /// A network that the container had before.
        var kept: KeptNetwork?
        /// What the record said before; nil for a new container.
        var previous: ContainerRecord?
        var streams = ContainerStreams.inherited
        /// Whether the child reports each operation (`--explain`).
        var reports = false
    }

    /// Plans a run whose claims are taken (or chosen, for a preview). Throws `UsageError` and what a missing user, profile
    /// or directory comes to.
    init(_ configuration: ContainerConfiguration, _ circumstances: Circumstances, _ store: ContainerStore) throws {
        let namespaces = circumstances.namespaces
        let claims = circumstances.claims
        let paths = store.paths
        try Self.check(configuration, against: namespaces)
        let hostname = try Hostname.of(configuration, namespaces: namespaces, id: claims.id)
        notices = namespaces.notices
        let wantsPorts = !configuration.ports.isEmpty || configuration.request.publishAll
        if wantsPorts, claims.connections.publisher == nil, !claims.connections.isEmpty {
            notices.append(
                "WARNING: Published ports are discarded: no network of the container is reached through the host")
        }

        let resolver = try configuration.resolver(NetworkSettings.read(paths.configuration))
        let names = ContainerNames(id: claims.id, name: claims.name, resolver: resolver, store: store)
        var generated: [(source: FilePath, target: String)]
        var files: ContainerFiles?
        if let donor = namespaces.networkDonor {
            let directory = store.directory(of: donor.id)
            generated = ["hosts", "hostname", "resolv.conf"].map { (directory.appending($0), "/etc/\($0)") }
        } else {
            let made = try ContainerFiles.make(
                configuration, namespaces: namespaces, claims: claims, hostname: hostname, resolver: resolver,
                directory: store.directory(of: claims.id))
            generated = made.step.places
            files = made.step
            if let warning = made.warning { notices.append("WARNING: \(warning)") }
        }

        let mounts = try Self.mounts(configuration, circumstances, store)
        specification = try SpecificationBuilder(
            configuration: configuration, source: circumstances.source, namespaces: namespaces, hostname: hostname,
            mounts: mounts
        ).build()
        let layer = ContainerLayer.chosen(for: configuration.request, id: claims.id, paths: paths)
        let child = try ProgramBuilder(
            configuration: configuration, specification: specification, namespaces: namespaces,
            lowers: circumstances.source.lowers, mounts: mounts, generated: generated, layer: layer,
            streams: circumstances.streams, seccompCache: paths.seccompCache
        ).build()

        var record =
            circumstances.previous
            ?? ContainerRecord(
                id: claims.id, name: claims.name, hostname: hostname, request: configuration.request,
                args: specification.process.args,
                network: .init(mode: configuration.network.description, attachments: configuration.attachments))
        record.hostname = hostname
        record.args = specification.process.args
        record.exposed = configuration.exposed.map(\.description)
        record.image = circumstances.source.image?.description
        record.publications = claims.publications
        record.labels = configuration.labels
        record.layer = layer.directory?.string
        record.mounts = mounts.map(\.specification)
        record.isForeground = circumstances.streams.areInherited

        let group = try MakeControlGroup(for: configuration.resources, id: claims.id)
        controlGroup = group?.group
        record.hasControlGroup = group != nil

        let network = Self.networkSteps(configuration, circumstances, names, &record)
        self.record = record

        if let preparation = circumstances.source.preparation { steps.append(preparation) }
        steps += claims.steps
        steps += network.before
        if let files { steps.append(files) }
        steps += streamSteps(circumstances.streams, namespaces)
        if circumstances.previous == nil, !record.mounts.volumes.isEmpty {
            steps.append(NoteMounts(mounts: record.mounts, container: claims.id, paths: paths))
        }
        steps += mounts.flatMap { $0.steps(for: claims.id, layers: circumstances.source.lowers, paths) }
        if let group { steps.append(group) }
        if let directory = layer.directory { steps.append(MakeDirectory(directory.removingLastComponent())) }
        steps.append(
            SpawnStep(
                new: namespaces.new, joins: namespaces.joins, controlGroup: group?.group, map: namespaces.map,
                program: child.program, reports: circumstances.reports))
        steps += child.handOver
        steps += network.inside
        steps.append(WriteRecord(record: record, store: store, isKnown: circumstances.previous != nil))
        steps += network.after
        if !circumstances.streams.areInherited, namespaces.hasOwnNetwork { steps.append(HoldNetwork(namespaces)) }
        steps.append(ReleaseStep(entersUsers: !namespaces.sharesHostUsers, controlGroup: group?.group))
    }

    /// What the container had when it was made, or what a new one is to have.
    private static func mounts(
        _ configuration: ContainerConfiguration, _ circumstances: Circumstances, _ store: ContainerStore
    ) throws -> [ReadyMount] {
        let known = circumstances.previous?.mounts ?? []
        let mounts =
            known.isEmpty
            ? try MountResolution.mounts(configuration, image: circumstances.source.configuration, store) : known
        return try mounts.map { try ReadyMount($0, VolumeStore(store.paths)) }
    }

    private func streamSteps(_ streams: ContainerStreams, _ namespaces: NamespacePlan) -> [any Step] {
        guard let uid = namespaces.map.outside(uid: specification.process.user.uid) else { return [] }
        switch streams {
        case .terminal: return []
        case .inherited: return [OwnStandardPipes(uid: uid)]
        case .pipes(let pipes): return [OwnStandardPipes(uid: uid, streams: pipes.commandEnds)]
        }
    }

    /// Settings of a namespace that is the host's own would be the host's settings.
    private static func check(_ configuration: ContainerConfiguration, against namespaces: NamespacePlan)
        throws(UsageError)
    {
        for sysctl in configuration.sysctls {
            let owner: NamespaceKind = sysctl.owner == .network ? .network : .ipc
            let isOwn = namespaces.new.contains(owner) || namespaces.joins.contains { $0.kind == owner }
            guard isOwn else { throw UsageError(sysctl.refusalOnHost) }
        }
    }

    private static func networkSteps(
        _ configuration: ContainerConfiguration, _ circumstances: Circumstances, _ names: ContainerNames,
        _ record: inout ContainerRecord
    ) -> (before: [any Step], inside: [any Step], after: [any Step]) {
        let (claims, kept) = (circumstances.claims, circumstances.kept)
        if let donor = circumstances.namespaces.networkDonor, kept == nil {
            let wishes = Claims.wishes(configuration)
            return (
                [], [], wishes.isEmpty ? [] : [PublishAtDonor(ports: wishes, donor: donor, paths: names.store.paths)]
            )
        }
        guard configuration.network.isPrivate else { return ([], [], []) }
        record.network.endpoints = claims.connections.endpoints
        if let kept, kept.isPublished { return ([], [], []) }
        let connections = claims.connections
        let servesNames = configuration.servesNames
        let service: [any Step] = connections.isEmpty || !servesNames ? [] : [names.service(connections)]
        let publish: [any Step] =
            claims.publications.isEmpty
            ? [] : [PublishPorts(claims.publications, to: connections.publisher?.endpoint)]
        return (
            connections.networkSteps,
            (kept == nil
                ? connections.insideSteps(
                    of: claims.name, map: circumstances.namespaces.map, besides: Set(configuration.sysctls.map(\.name)))
                : []) + service,
            (servesNames ? connections.endpoints.map(names.registration) : []) + publish
        )
    }
}
