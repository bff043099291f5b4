import CShim
import Namespaces
import NetSetup
import SystemPackage

/// A run request, understood: every word parsed, combinations checked, files of options read. Nothing of the host is
/// touched to make one, so every mistake in the words is found before anything happens.
public struct ContainerConfiguration: Sendable {
    /// The words it was made from.
    public let request: RunRequest

    /// `--name`; nil for a generated one.
    public let name: String?
    /// `--net`.
    public let network: NetworkMode
    /// `--uts`.
    public let uts: UTSMode
    /// `--ipc`.
    public let ipc: IPCMode
    /// `--pid`.
    public let pid: PIDMode
    /// `--userns`, `--uidmap` and `--gidmap`.
    public let userns: UserNamespaceMode
    /// `--cgroupns`.
    public let cgroupns: CgroupMode

    /// Labels by key.
    public let labels: [String: String]
    /// `NAME=value`, to be laid over the image's.
    public let environment: [String]
    /// `-w`, absolute.
    public let workingDirectory: String?
    /// `--stop-signal`.
    public let stopSignal: Int32?
    /// `--stop-timeout`, in seconds; negative: without end.
    public let stopTimeout: Int?
    /// `--restart`.
    public let restart: RestartPolicy
    /// `--log-driver` and `--log-opt`.
    public let log: LogOptions
    /// `--health-cmd` and its companions.
    public let health: HealthCheck?
    /// `--detach-keys`.
    public let detachKeys: DetachKeys
    /// `--sig-proxy`.
    public let passesSignals: Bool
    /// `--ulimit`.
    public let limits: [ResourceLimit]
    /// `--memory` and its companions.
    public let resources: ResourceLimits
    /// `--sysctl`.
    public let sysctls: [SysctlOption]
    /// `--security-opt`.
    public let security: SecurityOptions

    /// `--oom-score-adj`.
    public let outOfMemoryScore: Int?
    /// `--shm-size`, in bytes.
    public let sharedMemorySize: Int64
    /// `--device`.
    public let devices: [DeviceOption]

    /// `-v`, `--mount` and `--tmpfs`, in that order.
    public let mounts: [MountSpecification]
    /// `--volumes-from`.
    let volumesFrom: [VolumesFrom]

    /// The networks to be connected to, in the order of the flags, with `--ip` and the like.
    public let attachments: [NetworkAttachment]
    /// `--mtu`.
    public let mtu: Int?
    /// `-p`.
    public let ports: [PortMapping]
    /// `--expose` and `--expose-from`.
    public let exposed: [ContainerPort]
    /// `--add-host`.
    public let addedHosts: [AddedHost]

    /// Sentences for standard error: asked for, but without effect.
    public private(set) var notices: [String] = []

    /// Parses the words. Throws `UsageError` with Docker's sentence for the first bad one, `KernelError` for a file of
    /// options that cannot be read.
    public init(_ request: RunRequest) throws {
        self.request = request
        name = try request.name.flatMap { $0.isEmpty ? nil : try ContainerName.parse($0) }
        let wishes = try NetworkWishes(request)
        network = wishes.mode
        attachments = wishes.attachments
        uts = try UTSMode(parsing: request.uts ?? "")
        ipc = try IPCMode(parsing: request.ipc ?? "")
        pid = try PIDMode(parsing: request.pid ?? "")
        userns = try UserNamespaceMode(request)
        cgroupns = try CgroupMode(parsing: request.cgroupns ?? "")

        labels = try LabelList.gather(options: request.labels, files: Self.contents(of: request.labelFiles))
        environment = try EnvironmentList.gather(
            options: request.environment, files: Self.contents(of: request.environmentFiles), lookup: Self.ownVariable)
        workingDirectory = try Self.given(request.workingDirectory).map(ScalarOptions.workingDirectory)
        stopSignal = try Self.given(request.stopSignal).map(SignalName.parse)
        stopTimeout = try Self.given(request.stopTimeout).map { try ScalarOptions.integer($0, of: "--stop-timeout") }
        restart = try RestartPolicy(parsing: request.restart ?? "")
        log = try LogOptions(driver: request.logDriver, options: request.logOptions)
        health = try HealthCheck(request)
        detachKeys = try request.detachKeys.map { try DetachKeys(parsing: $0) } ?? .standard
        passesSignals = try request.sigProxy.map { try ScalarOptions.boolean($0, of: "--sig-proxy") } ?? true
        limits = try request.ulimits.map(ResourceLimit.init)
        resources = try ResourceOptions.limits(of: request, processors: .online())
        sysctls = try request.sysctls.map(SysctlOption.init(parsing:))
        security = try SecurityOptions(parsing: request.securityOptions)
        outOfMemoryScore = try ScalarOptions.outOfMemoryScore(request.outOfMemoryScore)
        sharedMemorySize = try ScalarOptions.sharedMemorySize(request.sharedMemorySize, ipc: ipc)
        devices = try request.devices.map(DeviceOption.init(parsing:))
        mounts = try Self.mounts(request)
        volumesFrom = try request.volumesFrom.map(VolumesFrom.init(parsing:))

        mtu = try request.mtu.flatMap(ScalarOptions.mtu)
        ports = try PortSpecification.parse(request.publish)
        exposed = try Self.exposedPorts(request)
        addedHosts = try request.addHost.map(AddedHost.init(parsing:))
        try Self.check(resolver(NetworkSettings()).servers, network)
        _ = try Self.given(request.hostname).map(DomainName.parse(hostname:))
        _ = try Self.given(request.domainname).map(DomainName.parse(domainname:))

        try OptionConflicts.check(request, network: network)
        if let notice = OptionConflicts.discardedPorts(request, network: network) {
            notices.append("WARNING: \(notice)")
        }
        if security.appArmor != nil || !security.labels.isEmpty {
            notices.append(
                "WARNING: --security-opt apparmor= and label= have no effect: minirun sets no profile or label")
        }
    }

    /// Parses words that somebody has just typed: what is kept of them means the same anywhere. Throws likewise.
    init(anchoring request: RunRequest) throws {
        let here = try ContainerConfiguration(request)
        let anchored = try request.anchored(here, directory: FilePath.current.string).keepingCaller(here.userns)
        self = anchored == request ? here : try ContainerConfiguration(anchored)
    }

    /// A port of a name server is something that only minirun's own server can ask.
    private static func check(_ servers: [NameServer], _ network: NetworkMode) throws(UsageError) {
        guard !network.isPrivate, let server = servers.first(where: { $0.port != NameService.port }) else { return }
        throw UsageError(
            "conflicting options: a name server with a port (\(server)) and the network mode: no resolv.conf can name one"
        )
    }

    private static func given(_ text: String?) -> String? { text?.isEmpty == false ? text : nil }

    private static func ownVariable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    private static func contents(of files: [String]) throws(KernelError) -> [(name: String, bytes: [UInt8])] {
        var contents: [(name: String, bytes: [UInt8])] = []
        for file in files { contents.append((file, try Files.read(FilePath(file)))) }
        return contents
    }

    private static func mounts(_ request: RunRequest) throws -> [MountSpecification] {
        let directory = FilePath.current.string
        let mounts =
            try request.volumes.map { try VolumeOption.parse($0, directory: directory) }
            + request.mounts.map { try MountOption.parse($0, directory: directory) }
            + request.tmpfs.map { try TmpfsOption.parse($0) }
        try MountSpecification.checkTargets(mounts)
        return mounts
    }

    private static func exposedPorts(_ request: RunRequest) throws -> [ContainerPort] {
        var ports = try request.expose.flatMap(ExposedPort.parse)
        for file in request.exposeFrom {
            let text = try Files.text(FilePath(file))
            do { ports += try Dockerfile.exposedPorts(text) } catch {
                throw UsageError("--expose-from \(file): \(error)")
            }
        }
        var seen: Set<ContainerPort> = []
        return ports.filter { seen.insert($0).inserted }
    }
}
