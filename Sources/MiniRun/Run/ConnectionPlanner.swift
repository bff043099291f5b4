import CShim
import Namespaces
import NetSetup
import SystemPackage

/// Decides what a container gets in a network: addresses, names, the interface.
struct ConnectionPlanner {
    /// The container's id.
    let id: String
    /// Its name.
    let name: String
    /// What it is called inside.
    let hostname: String?
    /// `--mtu`, in bytes.
    var mtu: Int?
    /// Where addresses come from: taken and held, or only looked at.
    let addresses: AddressSource
    let paths: StatePaths
    /// The interfaces that a running container has already.
    var interfaces: Set<String> = []

    /// Plans one connection beside `others`; `before` is what the container had there when it last ran. Throws
    /// `AddressLease.Refusal`, `UsageError`.
    func plan(
        _ attachment: NetworkAttachment, _ network: ReadyNetwork, beside others: [Endpoint], before: Endpoint?
    ) throws -> Connection {
        let mtu = mtu ?? network.mtu
        let record = network.record
        let address = try address(.v4, attachment.ip, network, before: before?.address?.address, twin: nil)
        var address6: IPPrefix?
        if record.hasIPv6, mtu >= IPv6.minimumMTU {
            let twin = address.flatMap { Self.twin(of: $0, in: record) }
            address6 = try self.address(.v6, attachment.ip6, network, before: before?.address6?.address, twin: twin)
        } else if let ip6 = attachment.ip6 {
            throw AddressLease.Refusal.foreign(ip6)
        }
        guard let first = address ?? address6, let derived = MACAddress(forContainerAt: first.address) else {
            throw UsageError("network \(record.name.goQuoted) has no subnet that an address could come from")
        }
        let interface = try interface(attachment, network, others)
        let number = Self.number(of: others, for: id)
        return Connection(
            attachment: attachment, network: network,
            endpoint: Endpoint(
                networkID: record.id, network: record.name, driver: record.driver, link: network.link,
                hostInterface: record.driver == .macvlan
                    ? nil : BridgeMode.hostInterface(container: id, number: number),
                interface: interface, address: address, gateway: gateway(of: address, network), address6: address6,
                gateway6: gateway(of: address6, network), linkLocal: attachment.linkLocal,
                macAddress: attachment.macAddress ?? derived,
                hasParentsMAC: attachment.macAddress == nil && network.isPassthru, mtu: mtu, names: names(attachment),
                gatewayPriority: attachment.gatewayPriority,
                modes: .init(v4: network.bridge?.gatewayMode4 ?? .nat, v6: network.bridge?.gatewayMode6 ?? .nat)),
            sysctls: try attachment.sysctls, isRenewed: before != nil)
    }

    /// What the container is called in a network: its name, its aliases, its short id, its host name.
    private func names(_ attachment: NetworkAttachment) -> [String] {
        var names: [String] = []
        for candidate in [name] + attachment.aliases + [ContainerID.short(id)] + [hostname].compactMap(\.self)
        where !names.contains(candidate) { names.append(candidate) }
        return names
    }

    /// The number behind the name of the host's end that no other connection has.
    private static func number(of others: [Endpoint], for id: String) -> Int {
        let taken = Set(others.compactMap(\.hostInterface))
        return (0...others.count).first { !taken.contains(BridgeMode.hostInterface(container: id, number: $0)) } ?? 0
    }

    /// The wished name, or the first free of `eth0`, `eth1` and so on.
    private func interface(
        _ attachment: NetworkAttachment, _ network: ReadyNetwork, _ others: [Endpoint]
    ) throws(UsageError) -> String {
        let taken = interfaces.union(others.map(\.interface))
        if let wished = attachment.interface {
            guard Link.isName(wished), wished != "lo" else {
                throw UsageError("invalid interface name \(wished.goQuoted): 1 to 15 bytes without / : and spaces")
            }
            guard !taken.contains(wished) else {
                throw UsageError("interface name \(wished.goQuoted) is taken in this container")
            }
            return wished
        }
        let prefix = network.interfacePrefix
        return (0...taken.count).map { "\(prefix)\($0)" }.first { !taken.contains($0) } ?? prefix
    }

    // MARK: Addresses

    private func gateway(of address: IPPrefix?, _ network: ReadyNetwork) -> IPAddress? {
        guard let address, !network.record.isInternal else { return nil }
        return network.record.subnets.first { $0.subnet.contains(address.address) }?.nextHop
    }

    /// The wanted address; or the one that the container had before, or in IPv6 the one that ends like its IPv4 address, if
    /// that is still free; or any.
    private func address(
        _ family: IPAddress.Family, _ wanted: IPAddress?, _ network: ReadyNetwork, before: IPAddress?, twin: IPAddress?
    ) throws -> IPPrefix? {
        let subnets = network.record.subnets.filter { $0.family == family }
        let leases = network.leases(paths)
        if let wanted {
            guard let subnet = subnets.first(where: { $0.subnet.contains(wanted) }) else {
                throw AddressLease.Refusal.foreign(wanted)
            }
            return IPPrefix(try addresses.take(leases, subnet, wanted), length: subnet.subnet.length)
        }
        for candidate in [before, twin].compactMap(\.self) {
            guard let subnet = subnets.first(where: { $0.subnet.contains(candidate) }) else { continue }
            do {
                return IPPrefix(try addresses.take(leases, subnet, candidate), length: subnet.subnet.length)
            } catch is AddressLease.Refusal { /* somebody has it now */  }
        }
        for (index, subnet) in subnets.enumerated() {
            do {
                return IPPrefix(try addresses.take(leases, subnet, nil), length: subnet.subnet.length)
            } catch AddressLease.Refusal.exhausted where index + 1 < subnets.count { continue }
        }
        return nil
    }

    /// The IPv6 address at the same place of its subnet as the IPv4 one has in its own: 172.17.0.2 is ::2.
    private static func twin(of address: IPPrefix, in record: NetworkRecord) -> IPAddress? {
        guard let subnet = record.subnets.first(where: { $0.family == .v6 }),
            let offset = address.address.offset(from: address.network.address)
        else { return nil }
        return subnet.subnet.address.advanced(by: offset)
    }
}
