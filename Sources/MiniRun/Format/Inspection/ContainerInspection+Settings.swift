import Namespaces
import NetSetup

/// `Config` and `HostConfig`: what was asked for, whether the container runs or not.
extension ContainerInspection {
    /// What belongs to the container wherever it runs.
    func ownSettings(_ configuration: ContainerConfiguration?) -> JSONValue {
        let process = specification?.process
        let anonymous = record.mounts.filter(\.isAnonymous)
        let ports = record.exposed + (configuration?.ports.map { "\($0.container)" } ?? [])
        return [
            "Hostname": .string(record.hostname),
            "Domainname": .string(request.domainname ?? ""),
            "User": .string(request.user ?? imageUser ?? ""),
            "AttachStdin": .bool(request.interactive && !request.detach),
            "AttachStdout": .bool(!request.detach),
            "AttachStderr": .bool(!request.detach),
            "ExposedPorts": .map(Dictionary(ports.map { ($0, [:]) }) { $1 }),
            "Tty": .bool(request.terminal),
            "OpenStdin": .bool(request.interactive),
            "StdinOnce": .bool(request.interactive && !request.detach),
            "Env": .strings(process?.env ?? request.environment),
            "Cmd": .strings(request.command.isEmpty ? record.args : request.command),
            "Healthcheck": configuration?.health.map(healthCheck) ?? nil,
            "Image": .string(request.image),
            "WorkingDir": .string(process?.cwd ?? request.workingDirectory ?? ""),
            "Entrypoint": request.entrypoint.map { [.string($0)] } ?? nil,
            "Labels": .map(record.labels.mapValues { .string($0) }),
            "StopSignal": .string(request.stopSignal ?? "SIGTERM"),
            "StopTimeout": configuration?.stopTimeout.map { .integer(Int64($0)) } ?? nil,
            "Volumes": anonymous.isEmpty ? nil : .map(Dictionary(anonymous.map { ($0.target, [:]) }) { $1 }),
            "OnBuild": nil,
        ]
    }

    private func healthCheck(_ check: HealthCheck) -> JSONValue {
        [
            "Test": ["CMD-SHELL", .string(check.command)], "Interval": .integer(check.interval.nanoseconds),
            "Timeout": .integer(check.timeout.nanoseconds), "StartPeriod": .integer(check.startPeriod.nanoseconds),
            "StartInterval": .integer(check.startInterval.nanoseconds), "Retries": .integer(Int64(check.retries)),
        ]
    }

    /// What ties it to this host.
    func hostSettings(_ configuration: ContainerConfiguration?) -> JSONValue {
        let limits = configuration?.resources ?? ResourceLimits()
        let restart = configuration?.restart ?? .no
        return [
            // `-v /data` without a source stands under `Volumes`.
            "Binds": .strings(request.volumes.filter { $0.contains(":") }),
            "LogConfig": [
                "Type": .string(configuration?.log.driver.rawValue ?? ""),
                "Config": .map((configuration?.log.given ?? [:]).mapValues { .string($0) }),
            ],
            "NetworkMode": .string(record.network.mode),
            "PortBindings": portWishes(configuration?.ports ?? []),
            "RestartPolicy": [
                "Name": .string(restart.name), "MaximumRetryCount": .integer(Int64(restart.maximum)),
            ],
            "AutoRemove": .bool(request.remove),
            "CapAdd": .strings(request.capabilitiesAdded),
            "CapDrop": .strings(request.capabilitiesDropped),
            "Dns": .strings(request.dns),
            "DnsOptions": .strings(request.dnsOptions),
            "DnsSearch": .strings(request.dnsSearch),
            "ExtraHosts": .strings(request.addHost),
            "IpcMode": .string(request.ipc ?? "private"),
            "PidMode": .string(request.pid ?? ""),
            "Privileged": .bool(request.privileged),
            "PublishAllPorts": .bool(request.publishAll),
            "ReadonlyRootfs": .bool(request.readOnly),
            "SecurityOpt": .strings(request.securityOptions),
            "Tmpfs": .map(Dictionary(request.tmpfs.map { ($0.cut(":").0, .string($0.cut(":").1 ?? "")) }) { $1 }),
            "UTSMode": .string(request.uts ?? ""),
            "UsernsMode": .string(request.userns ?? ""),
            "Memory": .integer(limits.memory ?? 0),
            // Without a word about swap there may be as much of it as of memory.
            "MemorySwap": .integer(limits.memorySwap ?? (limits.memory ?? 0) * 2),
            "NanoCpus": .integer(limits.nanoCPUs ?? 0),
            "CpuShares": .integer(limits.cpuShares ?? 0),
            "CpusetCpus": .string(limits.cpusetCPUs ?? ""),
            "PidsLimit": .integer(limits.pids ?? 0),
            "Ulimits": .array(
                (configuration?.limits ?? []).map {
                    [
                        "Name": .string(String($0.ociName.dropFirst("RLIMIT_".count)).lowercased()),
                        "Hard": .integer(Int64(clamping: $0.hard)),
                        "Soft": .integer(Int64(clamping: $0.soft)),
                    ]
                }),
            "Init": .bool(request.initProcess),
            "Devices": .array(
                (configuration?.devices ?? []).map { device in
                    [
                        "PathOnHost": .string(device.source), "PathInContainer": .string(device.target),
                        "CgroupPermissions": .string(device.permissions),
                    ]
                }),
            "CgroupnsMode": .string(cgroupMode),
            "Links": nil,
            "VolumesFrom": request.volumesFrom.isEmpty ? nil : .strings(request.volumesFrom),
            "GroupAdd": request.groupsAdded.isEmpty ? nil : .strings(request.groupsAdded),
            "ShmSize": .integer(configuration?.sharedMemorySize ?? ScalarOptions.usualSharedMemory),
            "MemoryReservation": .integer(limits.memoryReservation ?? 0),
            "CpuPeriod": .integer(limits.cpuPeriod ?? 0),
            "CpuQuota": .integer(limits.cpuQuota ?? 0),
            "CpusetMems": .string(limits.cpusetMemories ?? ""),
            "OomKillDisable": false,
            "OomScoreAdj": .integer(Int64(configuration?.outOfMemoryScore ?? 0)),
            "Runtime": "minirun",
            "Sysctls": .map(
                Dictionary((configuration?.sysctls ?? []).map { ($0.name, .string($0.value)) }) { $1 }),
            "MaskedPaths": .strings(specification?.linux.maskedPaths ?? []),
            "ReadonlyPaths": .strings(specification?.linux.readonlyPaths ?? []),
        ]
    }

    /// What it is, once it runs; before, what was asked for.
    private var cgroupMode: String {
        guard let specification else { return request.cgroupns ?? "" }
        return specification.linux.namespaces.contains { $0.type == NamespaceKind.cgroup.rawValue } ? "private" : "host"
    }

    /// The ports as they were asked for: an empty host port is of the kernel's choice.
    private func portWishes(_ wishes: [PortMapping]) -> JSONValue {
        let byPort = Dictionary(grouping: wishes) { "\($0.container)" }
        return .map(
            byPort.mapValues { wishes in
                .array(
                    wishes.map { wish in
                        [
                            "HostIp": .string(wish.hostAddress?.description ?? ""),
                            "HostPort": .string("\(wish.hostPort)"),
                        ]
                    })
            })
    }
}
