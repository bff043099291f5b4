import CShim
import Namespaces
import NetSetup
import SystemPackage
import Testing

/// A host and a neighbour on one wire, and containers that come to the host's.
final class LAN {
    /// It has `ens33`, 192.168.66.11/24 and fd00:66::11/64.
    let host: PrivateNetwork
    /// 192.168.66.50/24 and fd00:66::50/64.
    let neighbour: PrivateNetwork

    init() throws {
        (host, neighbour) = (try PrivateNetwork.host(), try PrivateNetwork.host())
        let me = getpid()
        try host.shell(
            """
            ip link add name ens33 address 52:54:00:00:66:0b type veth peer name eth0 \
                address 52:54:00:00:66:32 netns /proc/\(me)/fd/\(neighbour.descriptor)
            ip link set dev ens33 up
            ip address add 192.168.66.11/24 brd + dev ens33
            ip address add fd00:66::11/64 dev ens33 nodad
            """)
        try neighbour.shell(
            """
            ip link set dev eth0 up
            ip address add 192.168.66.50/24 brd + dev eth0
            ip address add fd00:66::50/64 dev eth0 nodad
            """)
    }

    /// A stage between the host and a new container.
    func stage(for container: PrivateNetwork) throws -> Stage {
        let stage = try host.stage()
        stage.leave(ContainerNetlink(NamespaceHandle(owning: OwnedDescriptor(owning: dup(container.descriptor)))))
        return stage
    }

    /// A container that has come to the LAN; the stage keeps what takes it back.
    func container(_ mode: Newcomer) throws -> (network: PrivateNetwork, stage: Stage) {
        let container = try PrivateNetwork()
        let stage = try stage(for: container)
        try host.run {
            for step in mode.networkSteps + mode.attachSteps { try step.apply(on: stage) }
        }
        return (container, stage)
    }
}

/// A container on its way to the LAN, by the steps of a start.
struct Newcomer {
    var parent = "ens33"
    var kind = MacvlanKind.bridge
    /// Its addresses with their subnets' lengths.
    var addresses: [IPPrefix]
    /// The LAN's routers.
    var gateways: [IPAddress]
    /// The host's way to it.
    var shim: HostShim?

    /// Before it exists.
    var networkSteps: [any Step] { shim.map { [$0] } ?? [] }

    /// Once it does. With passthru its link-layer address is the parent's.
    var attachSteps: [any Step] {
        let mac = kind == .passthru ? nil : addresses.lazy.compactMap { MACAddress(forContainerAt: $0.address) }.first
        let inside = ConfigureInside.Interface(
            name: "eth0", addresses: addresses, gateways: gateways, hasIPv6: IPv6.isPresent(mtu: 1500))
        return [CreateMacvlan(parent: parent, kind: kind, mac: mac), ConfigureInside([inside])]
            + (shim.map { [ConnectShim($0, to: addresses.map(\.address), interface: "eth0")] } ?? [])
    }
}

extension PrivateNetwork {
    /// Whether an echo request is answered, sooner or later.
    func reaches(_ address: String) -> Bool { (try? shell("busybox ping -c 1 -W 20 \(address)")) != nil }

    /// Whether an echo request is not answered within a second.
    func isCutOff(from address: String) -> Bool { (try? shell("busybox ping -c 1 -W 1 \(address)")) == nil }
}
