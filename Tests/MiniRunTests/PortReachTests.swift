import NetSetup
import Testing

@testable import MiniRun

/// The sentence about a published port.
struct PortReachTests {
    private let doors = HostDoors(doors: [
        Self.door("lo", "127.0.0.1"), Self.door("ens33", "192.168.66.11"), Self.door("ens33", "fd00:66::11"),
        Self.door("wan0", "203.0.113.5"),
    ])

    private static func door(_ interface: String, _ text: String) -> PortReach.Door {
        let address = IPAddress(text) ?? .unspecified(.v4)
        return .init(interface: interface, address: address, audience: .init(address))
    }

    @Test(
        "names every address that it is open under, and who is there",
        arguments: [
            (
                nil,
                "8080/tcp open on all interfaces: ens33 192.168.66.11 (LAN), fd00:66::11 (LAN), wan0 203.0.113.5 (Internet)"
            ),
            ("127.0.0.1", "8080/tcp open on lo 127.0.0.1 (this host) only"),
            ("192.168.66.11", "8080/tcp open on ens33 192.168.66.11 (LAN)"),
            ("203.0.113.5", "8080/tcp open on wan0 203.0.113.5 (Internet)"),
            ("10.9.9.9", "8080/tcp open on 10.9.9.9 (LAN)"),
        ] as [(String?, String)])
    func sentences(address: String?, sentence: String) throws {
        let publication = Publication(
            hostAddress: address.flatMap(IPAddress.init), hostPort: 8080,
            container: ContainerPort(80),
            guardAddress4: IPAddress("169.254.77.1"), guardAddress6: IPAddress("fd6d:696e:69::1"))
        #expect(doors.reach([publication], of: "web", through: nil).map { $0.sentence(.english) } == [sentence])
    }

    @Test(
        "knows private addresses from those of everybody",
        arguments: [
            ("10.1.2.3", "LAN"), ("172.31.0.1", "LAN"), ("172.32.0.1", "Internet"), ("100.64.1.1", "LAN"),
            ("8.8.8.8", "Internet"), ("::1", "this host"), ("fe80::1", "LAN"), ("2001:db8::1", "Internet"),
            ("127.9.9.9", "this host"),
        ])
    func audiences(text: String, audience: String) throws {
        #expect(try PortReach.Audience(#require(IPAddress(text))).rawValue == audience)
    }
}
