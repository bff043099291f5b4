import Namespaces

/// What `minirun system info` prints: Docker's names for what they stand for here.
public struct SystemReport {
    private let json: JSONValue

    /// Looks around; sweeps up what killed supervisors left. Throws what a corrupt file comes to.
    public init(_ paths: StatePaths) throws {
        let containers = try Containers(paths)
        let all = try containers.store.containers(all: true, held: containers.held)
        func count(_ isMeant: (Container) -> Bool) -> JSONValue { .integer(Int64(all.filter(isMeant).count)) }
        let networks = try NetworkStore(paths).all().count + NetworkRecord.predefined.count
        let groups = try? ControlGroupLayout.read()
        let version =
            switch (groups?.unified != nil, groups?.legacy.isEmpty == false) {
            case (true, false): "2"
            case (_, true): "1"
            default: ""
            }
        let memory: JSONValue = .integer(HostFacts.memory)
        let security: [String] = [
            "name=seccomp,profile=builtin", SubordinateIDs.isAvailable ? "name=userns" : nil, "name=cgroupns",
        ].compactMap { $0 }
        json = [
            "Containers": .integer(Int64(all.count)),
            "ContainersRunning": count { $0.state == .running }, "ContainersPaused": count { $0.state == .paused },
            "ContainersStopped": count { !$0.isRunning }, "Images": .integer(Int64(try ImageStore(paths).ids().count)),
            "Networks": .integer(Int64(networks)),
            "ServerVersion": .string(MiniRunVersion.text), "Driver": "overlay2",
            "CgroupDriver": "cgroupfs", "CgroupVersion": .string(version),
            "SecurityOptions": .strings(security), "KernelVersion": .string("\(KernelRelease.current)"),
            "OperatingSystem": .string(HostFacts.operatingSystem), "OSType": "linux",
            "Architecture": .string(HostFacts.architecture), "NCPU": .integer(Int64(Processors.online().numbers.count)),
            "MemTotal": memory, "Name": .string(HostFacts.name), "DefaultRuntime": "minirun",
            "DockerRootDir": .string("\(paths.root)"), "StateDir": .string("\(paths.state)"),
        ]
    }

    /// The text, or what a format makes of it: `json`, or a Go template. Throws `UsageError` for a bad one.
    public func text(format: String?) throws(UsageError) -> String {
        try ReportFormat.text(of: json, format) { () throws(UsageError) in
            try GoTemplate(parsing: Self.usual).render(json)
        }
    }

    private static let usual = """
        Containers: {{.Containers}}
         Running: {{.ContainersRunning}}
         Paused: {{.ContainersPaused}}
         Stopped: {{.ContainersStopped}}
        Images: {{.Images}}
        Networks: {{.Networks}}
        Server Version: {{.ServerVersion}}
        Storage Driver: {{.Driver}}
        Cgroup Driver: {{.CgroupDriver}}
        Cgroup Version: {{.CgroupVersion}}
        Security Options:
        {{range .SecurityOptions}} {{.}}
        {{end}}Kernel Version: {{.KernelVersion}}
        Operating System: {{.OperatingSystem}}
        OSType: {{.OSType}}
        Architecture: {{.Architecture}}
        CPUs: {{.NCPU}}
        Total Memory: {{.MemTotal}}
        Name: {{.Name}}
        Root Dir: {{.DockerRootDir}}
        State Dir: {{.StateDir}}

        """
}
