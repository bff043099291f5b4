import CShim
import Namespaces
import NetSetup
import SystemPackage
import Testing

@Suite struct PortReservationTests {
    private func reserve(_ text: String, in network: PrivateNetwork) throws -> PortReservation {
        let mapping = try #require(try PortSpecification.parse(text).first)
        return try network.run { try PortReservation(mapping, families: [.v4, .v6]) }
    }

    private func complaint(_ text: String, in network: PrivateNetwork) -> String {
        do { return "held \(try reserve(text, in: network).publication.hostPort)" } catch { return "\(error)" }
    }

    @Test func portOfAnotherMinirunIsSaidToBeAllocatedAndByWhom() throws {
        let network = try PrivateNetwork.host()
        do {
            let first = try reserve("8080:80", in: network)
            let whose = "by this container itself: it is given twice"
            let words = "Bind for 0.0.0.0:8080 failed: port is already allocated (\(whose))"
            #expect(complaint("8080:80", in: network) == words)
            #expect(complaint("127.0.0.1:8080:80", in: network).hasPrefix("Bind for 127.0.0.1:8080 failed"))
            #expect(complaint("8080:80/udp", in: network) == "held 8080")
            _ = consume first
        }
        #expect(complaint("8080:81", in: network) == "held 8080")
    }

    @Test(arguments: [TransportProtocol.tcp, .udp])
    func portOfAnotherProgramIsSaidToBeInUse(_ transport: TransportProtocol) throws {
        let network = try PrivateNetwork.host()
        let other = try network.run {
            let server = Probe(transport, .v6)
            try server.bind(8080)
            return server
        }
        let command = try Files.text("/proc/self/comm").trimmed
        withExtendedLifetime(other) {
            #expect(
                complaint("8080:80/\(transport)", in: network)
                    == "failed to bind host port 0.0.0.0:8080/\(transport): address already in use (by \(command), process \(getpid()))"
            )
        }
    }

    @Test func addressThatTheHostDoesNotHaveIsRefused() throws {
        let network = try PrivateNetwork.host()
        #expect(
            complaint("192.0.2.9:8080:80", in: network)
                == "failed to bind host port 192.0.2.9:8080/tcp: cannot assign requested address")
    }

    @Test func rangeGivesTheFirstFreePortUntilNoneIsLeft() throws {
        let network = try PrivateNetwork.host()
        let held = try (0..<3).map { _ in try reserve("8000-8002:80", in: network) }
        #expect(held.map(\.publication.hostPort) == [8000, 8001, 8002])
        #expect(complaint("8000-8002:80", in: network) == "all ports are allocated")
    }

    @Test func dynamicPortComesFromTheKernelsRangeWithoutReservedOnes() throws {
        let network = try PrivateNetwork.host()
        try network.shell(
            """
            echo 40000 40003 >/proc/sys/net/ipv4/ip_local_port_range
            echo 40001 >/proc/sys/net/ipv4/ip_local_reserved_ports
            """)
        let held = try (0..<3).map { _ in try reserve("80", in: network) }
        #expect(held.map(\.publication.hostPort).sorted() == [40000, 40002, 40003])
        #expect(held[0].publication.publishedPorts.map(\.hostAddress.description) == ["0.0.0.0", "::"])
        #expect(complaint("80", in: network) == "all ports are allocated")
    }

    @Test func sameNumberOnDifferentAddressesHasDifferentGuards() throws {
        let network = try PrivateNetwork.host()
        try network.shell("ip address add 192.168.66.11/24 dev lo")
        let held = try ["127.0.0.1:8080:80", "192.168.66.11:8080:80"].map { try reserve($0, in: network) }
        #expect(held.map(\.publication.guardAddress4) == [IPAddress("169.254.77.1"), IPAddress("169.254.77.2")])
    }
}
