import Namespaces
import NetSetup
import SystemPackage
import Testing

/// A container at 172.17.0.2 on its way into a network.
struct Attachment {
    let network: BridgeNetwork
    var mode: BridgeMode
    var settingsRecord: FilePath?

    init(_ network: BridgeNetwork, name: String, isolated: Bool = false) throws {
        self.network = network
        let address = try #require(IPAddress("172.17.0.2"))
        let address6 = network.mtu >= IPv6.minimumMTU ? network.address6(for: address) : nil
        mode = BridgeMode(
            bridge: network.name, hostInterface: BridgeMode.hostInterface(container: "0123456789abcdef"),
            alternativeName: BridgeMode.alternativeName(container: name, interface: "eth0"),
            addresses: [IPPrefix(address, length: network.gateway.length), address6].compactMap(\.self),
            gateways: [network.gateway.address, network.gateway6?.address].compactMap(\.self),
            mac: try #require(MACAddress(forContainerAt: address)), mtu: network.mtu, isIsolated: isolated)
    }

    var addresses: [IPPrefix] { mode.addresses }
    var networkSteps: [any Step] { network.steps(record: settingsRecord) }
    var attachSteps: [any Step] { mode.attachSteps }
}
