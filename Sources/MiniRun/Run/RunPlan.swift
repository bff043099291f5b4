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
    /// Sentences for standard error.
    private(set) var notices: [String]

    /// Plans a run whose claims are taken (or chosen, for a preview). Throws `UsageError` and what a missing user, profile
    /// or directory comes to.
    init(
        _ configuration: ContainerConfiguration, source: RootSource, namespaces: NamespacePlan, claims: Claims,
        paths: StatePaths, reports: Bool
    ) throws {
        try Self.check(configuration, against: namespaces)
        let hostname = try Hostname.of(configuration, namespaces: namespaces, id: claims.id)
        let directory = paths.container(claims.id)
        notices = namespaces.notices

        var generated: [(source: FilePath, target: String)]
        var files: ContainerFiles?
        if let donor = namespaces.networkDonor {
            generated = ["hosts", "hostname", "resolv.conf"].map {
                (paths.container(donor.id).appending($0), "/etc/\($0)")
            }
        } else {
            let made = try ContainerFiles.make(
                configuration, namespaces: namespaces, claims: claims, hostname: hostname, directory: directory)
            generated = made.step.places
            files = made.step
            if let warning = made.warning { notices.append("WARNING: \(warning)") }
        }

        specification = try SpecificationBuilder(
            configuration: configuration, source: source, namespaces: namespaces, hostname: hostname
        ).build()
        let layer = ContainerLayer.chosen(for: configuration.request, id: claims.id, paths: paths)
        let child = try ProgramBuilder(
            configuration: configuration, specification: specification, namespaces: namespaces,
            generated: generated, layer: layer, seccompCache: paths.seccompCache
        ).build()

        var record = ContainerRecord(
            id: claims.id, name: claims.name, hostname: hostname, request: configuration.request,
            args: specification.process.args, network: .init(mode: configuration.network.description))
        record.exposed = configuration.exposed.map(\.description)
        record.publications = claims.publications
        record.labels = configuration.labels
        record.layer = layer.directory?.string

        let network = Self.networkSteps(configuration, claims, paths, &record)
        self.record = record

        if let preparation = source.preparation { steps.append(preparation) }
        steps += claims.steps
        steps += network.before
        if let files { steps.append(files) }
        if !specification.process.terminal, let uid = namespaces.map.outside(uid: specification.process.user.uid) {
            steps.append(OwnStandardPipes(uid: uid))
        }
        if let directory = layer.directory { steps.append(MakeDirectory(directory.removingLastComponent())) }
        steps.append(
            SpawnStep(
                new: namespaces.new, joins: namespaces.joins, map: namespaces.map, program: child.program,
                reports: reports))
        steps += child.handOver
        steps += network.inside
        steps.append(WriteRecord(record: record, store: ContainerStore(paths)))
        steps += network.after
        steps.append(ReleaseStep(entersUsers: !namespaces.sharesHostUsers))
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
        _ configuration: ContainerConfiguration, _ claims: Claims, _ paths: StatePaths,
        _ record: inout ContainerRecord
    ) -> (before: [any Step], inside: [any Step], after: [any Step]) {
        guard let bridge = claims.bridge, let address = claims.address else {
            return ([], configuration.network == .none ? NoneMode().attachSteps : [], [])
        }
        let mode = BridgeMode(
            network: bridge, containerID: claims.id, containerName: claims.name, address: address,
            mac: configuration.macAddress, mtu: configuration.mtu,
            settingsRecord: paths.networks)
        record.network.bridge = bridge.name
        record.network.hostInterface = mode.hostInterface
        record.network.address = mode.addresses.first { $0.address.family == .v4 }
        record.network.address6 = mode.addresses.first { $0.address.family == .v6 }
        record.network.gateway = bridge.gateway.address
        record.network.gateway6 = bridge.gateway6?.address
        record.network.macAddress = mode.effectiveMAC.description

        let before: [any Step] =
            [MakeDirectory(paths.networks)] + mode.networkSteps
            + [EnsureFirewall(), AdmitNetwork(bridge: bridge.name)]
        let publish: [any Step] =
            claims.publications.isEmpty
            ? [] : [PublishPorts(claims.publications, to: address, record.network.address6?.address)]
        return (before, mode.attachSteps, publish)
    }
}

/// A directory that has to be there.
struct MakeDirectory: Step {
    let path: FilePath

    init(_ path: FilePath) { self.path = path }

    func apply(on stage: Stage) throws { try Files.makeDirectory(path) }

    var explanation: Explanation {
        Explanation(
            shell: ["mkdir -p \(path.string.shellQuoted)"], systemCalls: ["mkdir(\"\(path)\", 0755)"],
            why: "minirun keeps its files in plain directories that anybody can read.")
    }
}

/// Writes down what is about to be changed, before it is.
struct WriteRecord: Step {
    let record: ContainerRecord
    let store: ContainerStore

    func apply(on stage: Stage) throws {
        let process = try stage.process(for: "write the container's record")
        var record = record
        record.process = try ProcessIdentity(of: process.pid)
        try store.write(record)
    }

    var explanation: Explanation {
        let file = store.paths.container(record.id).appending("container.json")
        return Explanation(
            shell: ["# record \(file)"], systemCalls: ["write(\"\(file).new\"), rename(\"\(file)\")"],
            why: "If minirun is killed, the next command finds here what is left to sweep up.")
    }
}
