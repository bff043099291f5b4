import CShim
import Namespaces
import NetSetup
import SystemPackage
import Testing

/// What a neighbour outside who has a route, and the containers of another network, reach in each mode.
@Suite(.serialized) struct GatewayModeTests {
    private typealias Host = NeighbouringHost
    private static let both = [Host.a4, Host.a6]

    /// The neighbour's address in the family of another one.
    private func neighbour(_ address: String) -> String { address.contains(":") ? "2001:db8:66::50" : "192.168.66.50" }
    /// The host's address towards the neighbour.
    private func host(_ address: String) -> String { address.contains(":") ? "2001:db8:66::11" : "192.168.66.11" }
    /// The address of bridge `a`.
    private func gateway(_ address: String) -> String { address.contains(":") ? "fd30::1" : "172.30.0.1" }

    @Test(arguments: ["0", "1"])
    func natHidesWhatIsNotPublished(_ bridgeFilter: String) throws {
        let scene = try NeighbouringHost(NetworkPolicy(bridge: "a"), bridgeFilter: bridgeFilter)
        try scene.publish("8080:80")
        for address in Self.both {
            for transport in Host.transports {
                // Neither the published port nor another one under the container's own address.
                try scene.check(scene.neighbour, transport, address, 80, sees: "")
                try scene.check(scene.neighbour, transport, address, 81, sees: "")
                try scene.check(scene.neighbour, transport, host(address), 8080, sees: neighbour(address))
                try scene.check(scene.first, transport, neighbour(address), 80, sees: host(address))
            }
            try scene.ping(scene.neighbour, address, answers: false)
            try scene.ping(scene.first, neighbour(address), answers: true)
        }
    }

    @Test(arguments: ["0", "1"])
    func unprotectedNatLetsNeighboursInButNoOtherNetwork(_ bridgeFilter: String) throws {
        let policy = NetworkPolicy(bridge: "a", gatewayMode4: .natUnprotected, gatewayMode6: .natUnprotected)
        let scene = try NeighbouringHost(policy, bridgeFilter: bridgeFilter)
        try scene.publish("8080:80")
        for address in Self.both {
            for transport in Host.transports {
                try scene.check(scene.neighbour, transport, address, 81, sees: neighbour(address))
                try scene.check(scene.neighbour, transport, host(address), 8080, sees: neighbour(address))
                try scene.check(scene.first, transport, neighbour(address), 80, sees: host(address))
                try scene.check(scene.other, transport, address, 81, sees: "")
            }
            try scene.ping(scene.neighbour, address, answers: true)
            try scene.ping(scene.other, address, answers: false)
        }
    }

    @Test(arguments: ["0", "1"])
    func routedOpensPublishedPortsUnderTheContainersOwnAddress(_ bridgeFilter: String) throws {
        let policy = NetworkPolicy(bridge: "a", gatewayMode4: .routed, gatewayMode6: .routed)
        let scene = try NeighbouringHost(policy, bridgeFilter: bridgeFilter)
        try scene.publish("8080:80")
        for address in Self.both {
            for transport in Host.transports {
                try scene.check(scene.neighbour, transport, address, 80, sees: neighbour(address))
                try scene.check(scene.neighbour, transport, address, 81, sees: "")
                try scene.check(scene.neighbour, transport, host(address), 8080, sees: "")
                // What it sends itself is not masqueraded, and is answered.
                try scene.check(scene.first, transport, neighbour(address), 80, sees: address)
                // Another network gets what is published and no more; it hides behind the gateway, being masqueraded.
                try scene.check(scene.other, transport, address, 80, sees: gateway(address))
                try scene.check(scene.other, transport, address, 81, sees: "")
            }
            try scene.ping(scene.neighbour, address, answers: true)
            try scene.ping(scene.first, neighbour(address), answers: true)
            try scene.ping(scene.other, address, answers: false)
        }
        #expect(scene.stage.undo.unwind() == [])
    }

    @Test func routedPortIsClosedAgainWhenItIsWithdrawn() throws {
        let policy = NetworkPolicy(bridge: "a", gatewayMode4: .routed, gatewayMode6: .routed)
        let scene = try NeighbouringHost(policy)
        // Two host ports that lead to one port inside are one element.
        let step = try scene.publish("8080:80", "8081:80")
        for address in Self.both {
            for transport in Host.transports {
                try scene.check(scene.neighbour, transport, address, 80, from: 5555, sees: neighbour(address))
            }
        }
        try scene.host.run { try step.withdraw(on: scene.stage) }
        for address in Self.both {
            for transport in Host.transports {
                try scene.check(scene.neighbour, transport, address, 80, from: 5555, sees: "")
            }
        }
        #expect(try !scene.host.shell("nft list ruleset").contains("172.30.0.2"))
    }

    @Test func sweepClosesRoutedPortsOnceItHasTheAddress() throws {
        let policy = NetworkPolicy(bridge: "a", gatewayMode4: .routed)
        let scene = try NeighbouringHost(policy)
        let step = try scene.publish("8080:80")
        scene.killSupervisor()
        var template = Array("/tmp/minirun-leases-XXXXXX".utf8CString)
        let leases = FilePath(String(cString: try #require(mkdtemp(&template))))
        defer {
            for name in [".next", Host.a4] { unlink(leases.appending(name).string) }
            rmdir(leases.string)
        }
        func take(_ address: IPAddress) throws -> AddressLease {
            let gateway = try #require(IPPrefix("172.30.0.1/24"))
            let subnet = NetworkSubnet(gateway, gateway: gateway.address)
            return try AddressLease.take(in: leases, from: subnet, wanted: address, holder: "web")
        }
        func sweep() throws -> Bool { try scene.host.run { try step.sweep { try? take($0) } } }
        // The address is a living container's by now, which may have published the same port.
        let living = try take(try #require(IPAddress(Host.a4)))
        #expect(try !sweep())
        #expect(try scene.host.shell("nft list set inet minirun direct4").contains("172.30.0.2 . tcp . 80"))
        try living.release()
        #expect(try sweep())
        let left = try scene.host.shell("nft list ruleset")
        #expect(!left.contains("172.30.0.2") && !left.contains("fd30::2"))
    }

    @Test func familiesMayDiffer() throws {
        let scene = try NeighbouringHost(NetworkPolicy(bridge: "a", gatewayMode6: .routed))
        try scene.publish("8080:80")
        for transport in Host.transports {
            try scene.check(scene.neighbour, transport, Host.a4, 80, sees: "")
            try scene.check(scene.neighbour, transport, host(Host.a4), 8080, sees: neighbour(Host.a4))
            try scene.check(scene.first, transport, neighbour(Host.a4), 80, sees: host(Host.a4))
            try scene.check(scene.neighbour, transport, Host.a6, 80, sees: neighbour(Host.a6))
            try scene.check(scene.neighbour, transport, Host.a6, 81, sees: "")
            try scene.check(scene.neighbour, transport, host(Host.a6), 8080, sees: "")
            try scene.check(scene.first, transport, neighbour(Host.a6), 80, sees: Host.a6)
        }
        try scene.ping(scene.neighbour, Host.a4, answers: false)
        try scene.ping(scene.neighbour, Host.a6, answers: true)
    }

    @Test func withoutMasqueradeTheNeighbourSeesTheContainersOwnAddress() throws {
        let scene = try NeighbouringHost(NetworkPolicy(bridge: "a", masquerades: false))
        try scene.publish("8080:80")
        for address in Self.both {
            for transport in Host.transports {
                try scene.check(scene.first, transport, neighbour(address), 80, sees: address)
                try scene.check(scene.neighbour, transport, address, 81, sees: "")
                try scene.check(scene.neighbour, transport, host(address), 8080, sees: neighbour(address))
            }
        }
    }

    @Test func trustedInterfaceLetsItsNeighboursInAndNoOthers() throws {
        let scene = try NeighbouringHost(NetworkPolicy(bridge: "a", trustedInterfaces: ["ens34"]))
        for (address, friend) in [(Host.a4, "192.168.67.50"), (Host.a6, "2001:db8:67::50")] {
            for transport in Host.transports {
                try scene.check(scene.friend, transport, address, 81, sees: friend)
                try scene.check(scene.neighbour, transport, address, 81, sees: "")
                try scene.check(scene.other, transport, address, 81, sees: "")
            }
            try scene.ping(scene.friend, address, answers: true)
        }
        for address in [Host.b4, Host.b6] { try scene.check(scene.friend, .tcp, address, 81, sees: "") }
    }
}
