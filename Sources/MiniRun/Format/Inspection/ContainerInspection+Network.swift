import Namespaces
import NetSetup

/// `NetworkSettings`: what the container has of a network now; nothing when it does not run.
extension ContainerInspection {
    var network: JSONValue {
        let settings = container.isRunning ? record.network : ContainerRecord.Network(mode: record.network.mode)
        let endpoint: JSONValue = [
            "MacAddress": .string(settings.macAddress ?? ""),
            "Gateway": .string(settings.gateway?.description ?? ""),
            "IPAddress": .string(settings.address?.address.description ?? ""),
            "IPPrefixLen": .integer(Int64(settings.address?.length ?? 0)),
            "IPv6Gateway": .string(settings.gateway6?.description ?? ""),
            "GlobalIPv6Address": .string(settings.address6?.address.description ?? ""),
            "GlobalIPv6PrefixLen": .integer(Int64(settings.address6?.length ?? 0)),
        ]
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
            "Plugs": .array(container.isRunning ? record.plugs.map(\.inspection) : []),
            "Networks": settings.mode.contains(":") ? [:] : .map([settings.mode: endpoint]),
        ]
    }

    /// `{"80/tcp": [{"HostIp": ..., "HostPort": ...}]}`, and null for what is exposed only.
    private var bindings: JSONValue {
        guard container.isRunning else { return [:] }
        var ports = Dictionary(grouping: record.ports) { "\($0.container)" }.mapValues { ports in
            JSONValue.array(
                ports.map { ["HostIp": .string("\($0.hostAddress)"), "HostPort": .string("\($0.hostPort)")] })
        }
        for port in record.exposed where ports[port] == nil { ports[port] = .null }
        return .map(ports)
    }
}
