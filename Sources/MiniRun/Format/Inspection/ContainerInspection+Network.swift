import Namespaces
import NetSetup

/// `NetworkSettings`: what the container has of a network now; nothing when it does not run.
extension ContainerInspection {
    var network: JSONValue {
        let endpoints = container.isRunning ? record.network.endpoints : []
        let main = endpoints.leading(.v4) ?? endpoints.leading(.v6) ?? endpoints.first
        let members = Self.addresses(of: main)
        return .object(
            [
                .init("SandboxKey", .string(pid == 0 ? "" : "/proc/\(pid)/ns/net")),
                .init("Bridge", .string(main.flatMap { $0.isBridged ? $0.link : nil } ?? "")),
                .init("HostInterface", .string(main?.hostInterface ?? "")),
                .init("Ports", bindings),
            ] + members + [
                .init("Plugs", .array(container.isRunning ? record.plugs.map(\.inspection) : [])),
                .init("Networks", .object(networks(endpoints))),
            ])
    }

    private func networks(_ endpoints: [Endpoint]) -> [JSONValue.Member] {
        if record.network.attachments.isEmpty {
            let mode = record.network.mode
            return mode.contains(":") ? [] : [.init(mode, .object(Self.addresses(of: nil)))]
        }
        return record.network.attachments.map { attachment in
            let endpoint = endpoints.first { $0.network == attachment.network || $0.networkID == attachment.network }
            let wishes: JSONValue = .record([
                "IPv4Address": .text(attachment.ip), "IPv6Address": .text(attachment.ip6),
                "LinkLocalIPs": attachment.linkLocal.isEmpty
                    ? nil : .strings(attachment.linkLocal.map(\.description)),
            ])
            let isPlain = attachment.ip == nil && attachment.ip6 == nil && attachment.linkLocal.isEmpty
            let own: [JSONValue.Member] = [
                .init("IPAMConfig", isPlain ? .null : wishes),
                .init("Aliases", attachment.aliases.isEmpty ? .null : .strings(attachment.aliases)),
                .init("DriverOpts", .map(attachment.driverOptions.mapValues { .string($0) })),
                .init("GwPriority", .integer(Int64(attachment.gatewayPriority))),
                .init("NetworkID", .string(endpoint?.networkID ?? "")),
                .init(
                    "EndpointID", .string(endpoint?.id(of: record.id) ?? "")),
                .init("Interface", .string(endpoint?.interface ?? "")),
                .init("HostInterface", .string(endpoint?.hostInterface ?? "")),
            ]
            return .init(
                endpoint?.network ?? attachment.network,
                .object(own + Self.addresses(of: endpoint) + [.init("DNSNames", .strings(endpoint?.names ?? []))]))
        }
    }

    private static func addresses(of endpoint: Endpoint?) -> [JSONValue.Member] {
        [
            .init("MacAddress", .string(endpoint?.macAddress.description ?? "")),
            .init("Gateway", .string(endpoint?.gateway?.description ?? "")),
            .init("IPAddress", .string(endpoint?.address?.address.description ?? "")),
            .init("IPPrefixLen", .integer(Int64(endpoint?.address?.length ?? 0))),
            .init("IPv6Gateway", .string(endpoint?.gateway6?.description ?? "")),
            .init("GlobalIPv6Address", .string(endpoint?.address6?.address.description ?? "")),
            .init("GlobalIPv6PrefixLen", .integer(Int64(endpoint?.address6?.length ?? 0))),
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
