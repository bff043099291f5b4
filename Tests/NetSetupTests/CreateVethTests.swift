import CShim
import Namespaces
import SystemPackage
import Testing

@testable import NetSetup

/// What is said of a cable that cannot be made.
@Suite struct CreateVethTests {
    private let host: PrivateNetwork
    private let container: PrivateNetwork
    private let stage = Stage()

    init() throws {
        host = try PrivateNetwork()
        container = try PrivateNetwork()
        stage.leave(HostNetlink(try host.socket()))
        stage.leave(ContainerNetlink(NamespaceHandle(owning: OwnedDescriptor(owning: dup(container.descriptor)))))
    }

    private func connect(_ hostName: String = "mr0123") throws {
        let mac = try #require(MACAddress("02:42:0a:01:00:02"))
        try CreateVeth(hostName: hostName, bridge: "br-x", mtu: 1500, mac: mac, hasIPv6: false).apply(on: stage)
    }

    private func complaint(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch { return "\(error)" }
    }

    @Test func missingBridge() {
        #expect(complaint { try connect() } == "connect eth0 to bridge br-x: no such device")
    }

    @Test func takenNameOnTheHostAndInside() throws {
        try host.shell("ip link add br-x type bridge; ip link add mr0123 type veth peer name other")
        #expect(
            complaint { try connect() } == "connect eth0 to bridge br-x: file exists "
                + "(the host has an interface mr0123 already; ip link show dev mr0123 describes it)")
        try connect("mr4567")
        #expect(
            complaint { try connect("mr89ab") } == "connect eth0 to bridge br-x: file exists "
                + "(the container has an interface eth0 already; use another name)")
    }

    @Test func bridgeThatVanishesBetweenLookUpAndAttach() throws {
        try host.shell("ip link add br-x type bridge")
        let cable = CreateVeth(
            hostName: "mr0123", bridge: "br-x", mtu: 1500, mac: try #require(MACAddress("02:42:0a:01:00:02")),
            hasIPv6: false)
        let gone = NetlinkMessage.createVeth(
            "mr0123", mtu: 1500, master: 4711, peer: "eth0", peerMAC: nil, namespace: container.descriptor)
        let error = #expect(throws: NetlinkError.self) { try host.socket().request(gone) }
        let plain = cable.refusal(try #require(error), isBridgeThere: false, isHostNameTaken: false)
        #expect(
            plain.description == "connect eth0 to bridge br-x: no such device "
                + "(bridge br-x was removed in the meantime; try again)")
    }

    /// Not with a real bridge: the kernel would wait for each of its ports in turn when they go, and everybody for it.
    @Test func bridgeWhosePortsAreAllInUse() throws {
        let cable = CreateVeth(
            hostName: "mr0123", bridge: "br-x", mtu: 1500, mac: try #require(MACAddress("02:42:0a:01:00:02")),
            hasIPv6: false)
        let full = NetlinkError("create veth mr0123", Errno(rawValue: EXFULL))
        #expect(
            cable.refusal(full, isBridgeThere: true, isHostNameTaken: false).description
                == "connect eth0 to bridge br-x: exchange full "
                + "(bridge br-x has its 1023 ports in use; use another network)")
    }

    @Test func portsOfABridgeAreItsOwnOnly() throws {
        try host.shell(
            """
            ip link add br-x type bridge; ip link add br-y type bridge; ip link add br-z type bridge
            ip link add name a type veth peer name b; ip link add name c type veth peer name d
            ip link set dev a master br-x; ip link set dev c master br-x; ip link set dev b master br-y
            """)
        let socket = try host.socket()
        let names = try ["br-x", "br-y", "br-z"].map { name in
            try socket.ports(of: try #require(try socket.link(named: name)).index).map(\.name)
        }
        #expect(names == [["a", "c"], ["b"], []])
    }
}
