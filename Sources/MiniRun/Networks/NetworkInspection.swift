import Namespaces
import NetSetup

/// A network under Docker's keys, for `network inspect`.
struct NetworkInspection {
    let network: NetworkRecord
    let members: [NetworkMember]

    var json: JSONValue {
        [
            "Name": .string(network.name),
            "Id": .string(network.id),
            "Created": .string(network.created.rfc3339),
            "Scope": "local",
            "Driver": .string(network.driver.rawValue),
            "EnableIPv4": .bool(network.hasIPv4),
            "EnableIPv6": .bool(network.hasIPv6),
            "IPAM": [
                "Driver": "default", "Options": network.isPredefined ? nil : [:],
                "Config": .array(network.subnets.map(configuration)),
            ],
            "Internal": .bool(network.isInternal),
            "Attachable": .bool(network.isAttachable),
            "Ingress": false,
            "ConfigFrom": ["Network": ""],
            "ConfigOnly": false,
            "Options": .map(network.options.mapValues { .string($0) }),
            "Labels": .map(network.labels.mapValues { .string($0) }),
            "Containers": .map(Dictionary(members.map { ($0.container.id, container($0)) }) { $1 }),
            "Status": [
                "IPAM": ["Subnets": .map(Dictionary(network.subnets.map { ("\($0.subnet)", use(of: $0)) }) { $1 })]
            ],
        ]
    }

    private func configuration(_ subnet: NetworkSubnet) -> JSONValue {
        .record([
            "Subnet": .string("\(subnet.subnet)"), "IPRange": .text(subnet.range), "Gateway": .text(subnet.gateway),
            "AuxiliaryAddresses": subnet.auxiliary.isEmpty
                ? nil : .map(subnet.auxiliary.mapValues { .string("\($0)") }),
        ])
    }

    private func container(_ member: NetworkMember) -> JSONValue {
        [
            "Name": .string(member.container.name), "EndpointID": .string(member.endpointID),
            "MacAddress": .string("\(member.endpoint.macAddress)"),
            "IPv4Address": .string(member.endpoint.address?.description ?? ""),
            "IPv6Address": .string(member.endpoint.address6?.description ?? ""),
        ]
    }

    /// How many addresses are taken, and how many are left where they are taken from by themselves.
    private func use(of subnet: NetworkSubnet) -> JSONValue {
        let containers = members.compactMap { member in
            (subnet.family == .v4 ? member.endpoint.address : member.endpoint.address6)?.address
        }
        var taken = Set(subnet.auxiliary.values).union(containers)
        if let gateway = subnet.gateway { taken.insert(gateway) }
        let bits = subnet.family.bits - subnet.subnet.length
        // The subnet's own address, and in IPv4 the broadcast address.
        if bits > 1 { taken.insert(subnet.subnet.address) }
        if bits > 1, subnet.family == .v4 { taken.insert(subnet.subnet.last) }
        let offered = subnet.range ?? subnet.subnet
        let free = offered.size - UInt64(taken.count { offered.contains($0) })
        return ["IPsInUse": .integer(Int64(taken.count)), "DynamicIPsAvailable": .unsigned(free)]
    }
}

extension IPPrefix {
    /// How many addresses there are; as many as can be said where there are more.
    fileprivate var size: UInt64 {
        let bits = address.family.bits - length
        return bits >= 64 ? .max : 1 << UInt64(bits)
    }
}

extension Networks {
    /// A network under Docker's keys. Throws ``NoSuchNetwork``, ``AmbiguousNetwork``.
    func inspection(of reference: String) throws -> JSONValue {
        let network = try find(reference, predefined())
        return NetworkInspection(network: network, members: members(of: network, among: try heldContainers())).json
    }

    /// The text of `network inspect`, and a sentence for each reference that is nobody's. Throws `UsageError` for a bad
    /// template.
    public func inspect(_ references: [String], format: String?) throws -> (output: String, problems: [String]) {
        let format = try InspectionFormat(format)
        let predefined = try predefined()
        let containers = try heldContainers()
        return try format.text(of: references) { reference in
            let network = try find(reference, predefined)
            return NetworkInspection(network: network, members: members(of: network, among: containers)).json
        } complaint: { error in
            error is NoSuchNetwork || error is AmbiguousNetwork ? "\(error)" : nil
        }
    }
}
