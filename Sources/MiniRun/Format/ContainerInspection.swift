import CShim
import Namespaces
import NetSetup

/// A container under Docker's keys, for `inspect`.
struct ContainerInspection {
    let container: Container
    let specification: RuntimeSpecification?
    /// The container's directory, which holds its generated files.
    let directory: String

    private var record: ContainerRecord { container.record }
    private var request: RunRequest { record.request }

    var json: JSONValue {
        [
            "Id": .string(record.id),
            "Created": .string(Self.timestamp(record.created)),
            "Path": .string(record.args.first ?? ""),
            "Args": .strings(record.args.dropFirst()),
            "State": state,
            "Image": .string(request.image),
            "ResolvConfPath": .string("\(directory)/resolv.conf"),
            "HostnamePath": .string("\(directory)/hostname"),
            "HostsPath": .string("\(directory)/hosts"),
            "Name": .string("/\(record.name)"),
            "RestartCount": .integer(Int64(record.state.restarts)),
            "Driver": .string(request.writeThrough ? "" : "overlay2"),
            "Platform": "linux",
            "HostConfig": hostConfiguration,
            "GraphDriver": graphDriver,
            "Mounts": mounts,
            "Config": configuration,
            "NetworkSettings": network,
        ]
    }

    private var restart: RestartPolicy { (try? RestartPolicy(parsing: request.restart ?? "")) ?? .no }

    private var pid: Int64 { Int64(record.process?.pid ?? 0) }

    private var state: JSONValue {
        let state = record.state
        let status = container.state
        return .record([
            "Status": .string(status.rawValue), "Running": .bool(container.isRunning || status == .restarting),
            "Paused": .bool(status == .paused), "Restarting": .bool(status == .restarting),
            "OOMKilled": .bool(state.outOfMemory), "Dead": false,
            "Pid": .integer(container.isRunning ? pid : 0), "ExitCode": .integer(Int64(container.exitCode)),
            "Error": .string(state.error), "StartedAt": .string(Self.timestamp(state.started)),
            "FinishedAt": .string(Self.timestamp(state.finished)), "Health": health,
        ])
    }

    private var health: JSONValue? {
        record.state.health.map { health in
            [
                "Status": .string(health.status.rawValue), "FailingStreak": .integer(Int64(health.failingStreak)),
                "Log": .array(
                    health.log.map { probe in
                        [
                            "Start": .string(Self.timestamp(probe.start)), "End": .string(Self.timestamp(probe.end)),
                            "ExitCode": .integer(Int64(probe.exitCode)), "Output": .string(probe.output),
                        ]
                    }),
            ]
        }
    }

    private var hostConfiguration: JSONValue {
        [
            "Binds": .strings(request.volumes),
            "NetworkMode": .string(record.network.mode),
            "PortBindings": bindings,
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
            "UTSMode": .string(request.uts ?? ""),
            "UsernsMode": .string(request.userns ?? ""),
            "Sysctls": .map((specification?.linux.sysctl ?? [:]).mapValues { .string($0) }),
            "MaskedPaths": .strings(specification?.linux.maskedPaths ?? []),
            "ReadonlyPaths": .strings(specification?.linux.readonlyPaths ?? []),
        ]
    }

    private var graphDriver: JSONValue {
        guard let layer = record.layer, let lower = specification?.root.path else { return ["Name": "", "Data": nil] }
        return [
            "Name": "overlay2",
            "Data": [
                "LowerDir": .string(lower), "UpperDir": .string("\(layer)/upper"), "WorkDir": .string("\(layer)/work"),
            ],
        ]
    }

    private var mounts: JSONValue {
        .array(
            (specification?.mounts ?? []).map { mount in
                [
                    "Type": .string(mount.type), "Source": .string(mount.source),
                    "Destination": .string(mount.destination), "Mode": .string(mount.options.joined(separator: ",")),
                    "RW": .bool(!mount.options.contains("ro")),
                ]
            })
    }

    private var configuration: JSONValue {
        let process = specification?.process
        return [
            "Hostname": .string(record.hostname),
            "Domainname": .string(request.domainname ?? ""),
            "User": .string(request.user ?? ""),
            "ExposedPorts": .map(
                Dictionary((record.exposed + record.publications.map { "\($0.container)" }).map { ($0, [:]) }) { $1 }),
            "Tty": .bool(request.terminal),
            "OpenStdin": .bool(request.interactive),
            "Env": .strings(process?.env ?? request.environment),
            "Cmd": .strings(request.command),
            "Image": .string(request.image),
            "WorkingDir": .string(process?.cwd ?? request.workingDirectory ?? ""),
            "Entrypoint": request.entrypoint.map { [.string($0)] } ?? nil,
            "Labels": .map(record.labels.mapValues { .string($0) }),
            "StopSignal": .string(request.stopSignal ?? "SIGTERM"),
        ]
    }

    /// `{"80/tcp": [{"HostIp": ..., "HostPort": ...}]}`.
    private var bindings: JSONValue {
        let byPort = Dictionary(grouping: record.ports) { "\($0.container)" }
        return .map(
            byPort.mapValues { ports in
                .array(
                    ports.map { port in
                        ["HostIp": .string("\(port.hostAddress)"), "HostPort": .string("\(port.hostPort)")]
                    })
            })
    }

    private var network: JSONValue {
        let settings = record.network
        let endpoint: JSONValue = [
            "MacAddress": .string(settings.macAddress ?? ""),
            "Gateway": .string(settings.gateway?.description ?? ""),
            "IPAddress": .string(settings.address?.address.description ?? ""),
            "IPPrefixLen": .integer(Int64(settings.address?.length ?? 0)),
            "IPv6Gateway": .string(settings.gateway6?.description ?? ""),
            "GlobalIPv6Address": .string(settings.address6?.address.description ?? ""),
            "GlobalIPv6PrefixLen": .integer(Int64(settings.address6?.length ?? 0)),
        ]
        let hasEntry = !settings.mode.contains(":")
        return [
            "SandboxKey": .string(pid == 0 ? "" : "/proc/\(pid)/ns/net"),
            "Bridge": .string(settings.bridge ?? ""),
            "HostInterface": .string(settings.hostInterface ?? ""),
            "Ports": bindings,
            "MacAddress": endpoint["MacAddress"] ?? nil,
            "Gateway": endpoint["Gateway"] ?? nil,
            "IPAddress": endpoint["IPAddress"] ?? nil,
            "IPPrefixLen": endpoint["IPPrefixLen"] ?? nil,
            "GlobalIPv6Address": endpoint["GlobalIPv6Address"] ?? nil,
            "Networks": hasEntry ? .map([settings.mode: endpoint]) : [:],
        ]
    }

    private static func timestamp(_ moment: Timestamp?) -> String {
        moment?.rfc3339 ?? Timestamp.never
    }
}
