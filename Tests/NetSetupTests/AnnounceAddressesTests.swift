import CShim
import Namespaces
import NetSetup
import SystemPackage
import Testing

@Suite struct AnnounceAddressesTests {
    static let hasIPv6 = IPv6.isPresent(mtu: 1500)

    @Test func advertisementHasTheBytesOfTheRFC() throws {
        let advertisement = NeighbourAdvertisement(
            try #require(IPAddress("fd00::1:2")), at: try #require(MACAddress("02:42:ac:11:00:02")))
        #expect(
            advertisement.bytes == [
                136, 0, 0, 0,  // type, code, checksum
                0x20, 0, 0, 0,  // override
                0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2,  // target
                2, 1, 0x02, 0x42, 0xac, 0x11, 0x00, 0x02,  // target link-layer address, in units of 8 bytes
            ])
    }

    @Test func neighbourHearsAGratuitousARP() throws {
        let place = try Neighbourhood()
        let ear = try place.settled(2).ear()
        let newcomer = try place.connect(3)
        try newcomer.announcement.apply(on: newcomer.stage)
        let frame = ear.hear {
            $0.count >= 42 && $0[12] == 0x08 && $0[13] == 0x06 && Array($0[6..<12]) == newcomer.mac.bytes
        }
        let found = try #require(frame)
        #expect(Array(found.prefix(6)) == [UInt8](repeating: 0xff, count: 6))
        let address = newcomer.addresses[0].bytes
        #expect(Array(found[22..<32]) == newcomer.mac.bytes + address)
        #expect(Array(found[38..<42]) == address)
    }

    @Test(.enabled(if: hasIPv6, "needs IPv6")) func neighbourHearsANeighbourAdvertisement() throws {
        let place = try Neighbourhood()
        let ear = try place.settled(2).ear()
        let newcomer = try place.connect(3)
        try newcomer.announcement.apply(on: newcomer.stage)
        // Ethernet 14, IPv6 40, ICMPv6.
        let frame = ear.hear { $0.count >= 86 && $0[12] == 0x86 && $0[13] == 0xdd && $0[20] == 58 && $0[54] == 136 }
        let found = try #require(frame)
        let address = newcomer.addresses[1]
        #expect(Array(found.prefix(12)) == [0x33, 0x33, 0, 0, 0, 1] + newcomer.mac.bytes)
        #expect(found[21] == 255)
        #expect(Array(found[22..<54]) == address.bytes + (try #require(IPAddress("ff02::1")).bytes))
        var message = Array(found[54..<86])
        message.replaceSubrange(2..<4, with: [0, 0])
        #expect(message == NeighbourAdvertisement(address, at: newcomer.mac).bytes)
    }

    @Test func neighbourForgetsTheEarlierContainersAddress() throws {
        let place = try Neighbourhood()
        let neighbour = try place.settled(2)
        let newcomer = try place.connect(3)
        for address in newcomer.addresses {
            try neighbour.network.shell("ip neigh replace \(address) lladdr 02:00:00:00:00:99 dev eth0 nud stale")
        }
        let ear = try neighbour.ear()
        try newcomer.announcement.apply(on: newcomer.stage)
        _ = ear.hear {
            $0.count >= 42 && Array($0[6..<12]) == newcomer.mac.bytes && $0[12] == (place.hasIPv6 ? 0x86 : 0x08)
        }
        let table = try neighbour.network.shell("ip neigh show dev eth0")
        #expect(!table.contains("02:00:00:00:00:99"))
    }

    @Test(.enabled(if: hasIPv6, "needs IPv6"), arguments: [false, true])
    func routerAdvertisementOfASiblingIsBelievedUnlessRefused(isRefused: Bool) throws {
        let place = try Neighbourhood()
        let sibling = try place.settled(2)
        let victim = try place.connect(3) {
            if isRefused { try RouterAdvertisements.setting().set(RouterAdvertisements.refused) }
        }
        try victim.announcement.apply(on: victim.stage)
        let ear = try victim.ear()
        try sibling.network.shell("ip address add fe80::2/64 nodad dev eth0")
        try advertiseARouter(from: sibling)
        _ = try #require(ear.hear { $0.count >= 70 && $0[20] == 58 && $0[54] == 134 })
        let defaults = try victim.network.socket().routes().filter(\.isDefault)
        #expect(defaults.map { $0.gateway?.description } == (isRefused ? [] : ["fe80::2"]))
        // The host's bridge heard the same.
        #expect(try place.socket.routes().filter(\.isDefault).isEmpty)
        #expect(try place.host.run { try RouterAdvertisements.setting(of: "br-test").value() } == "0")
    }

    /// Router, lifetime 1800 s; no options.
    private func advertiseARouter(from neighbour: Neighbour) throws {
        let link = try #require(try neighbour.network.socket().link(named: "eth0"))
        let socket = minirun_icmp6_socket_in(neighbour.network.descriptor)
        defer { close(socket) }
        var hops: CInt = 255
        setsockopt(socket, CInt(IPPROTO_IPV6), IPV6_MULTICAST_HOPS, &hops, 4)
        var name = sockaddr_in6()
        name.sin6_family = sa_family_t(AF_INET6)
        name.sin6_scope_id = UInt32(link.index)
        let everybody = try #require(IPAddress("ff02::1"))
        withUnsafeMutableBytes(of: &name.sin6_addr) { $0.copyBytes(from: everybody.bytes) }
        let message: [UInt8] = [134, 0, 0, 0, 64, 0, 0x07, 0x08, 0, 0, 0, 0, 0, 0, 0, 0]
        let sent = withUnsafeBytes(of: name) { raw -> Int in
            guard let base = raw.baseAddress else { return -1 }
            let address = __CONST_SOCKADDR_ARG(__sockaddr__: base.assumingMemoryBound(to: sockaddr.self))
            return sendto(socket, message, message.count, 0, address, socklen_t(raw.count))
        }
        #expect(sent == message.count)
    }
}
