import NetSetup
import Testing

@Suite struct AddressPoolTests {
    private func obstacle(_ text: String) throws -> AddressPools.Obstacle {
        AddressPools.Obstacle(try #require(IPPrefix(text)), "route \(text)")
    }

    @Test func dockersPoolsAreThirtyOne() {
        let pools = AddressPools.docker.subnets.map(\.description)
        #expect(pools.count == 31)
        #expect(pools.first == "172.17.0.0/16")
        #expect(pools[14] == "172.31.0.0/16")
        #expect(pools[15] == "192.168.0.0/20")
        #expect(pools.last == "192.168.240.0/20")
    }

    @Test(arguments: [
        ([], "172.17.0.0/16"),
        (["172.17.3.0/24"], "172.18.0.0/16"),
        (["172.16.0.0/12"], "192.168.0.0/20"),
        (["172.16.0.0/12", "192.168.66.0/24", "192.168.0.0/18"], "192.168.80.0/20"),
        (["10.0.0.0/8", "fd00::/8"], "172.17.0.0/16"),
    ]) func firstFreePoolOverlapsWithNothing(inUse: [String], expected: String) throws {
        let free = try AddressPools.docker.firstFree(avoiding: inUse.map(obstacle))
        #expect(free.description == expected)
    }

    @Test func exhaustionSaysWhatBlocksEachPool() throws {
        let pools = AddressPools([try #require(IPPrefix("172.17.0.0/16")), try #require(IPPrefix("172.18.0.0/16"))])
        let error = #expect(throws: AddressPools.Exhausted.self) {
            try pools.firstFree(avoiding: [obstacle("172.16.0.0/12")])
        }
        #expect(
            error?.description == """
                all predefined address pools have been fully subnetted
                  172.17.0.0/16: route 172.16.0.0/12
                  172.18.0.0/16: route 172.16.0.0/12
                """)
    }

    @Test func uniqueLocalSubnetsAreStableAndDiffer() throws {
        let subnet = try #require(UniqueLocalPrefix.subnet(machine: "a", network: "minirun0"))
        #expect(subnet == UniqueLocalPrefix.subnet(machine: "a", network: "minirun0"))
        #expect(subnet.length == 64 && subnet.network == subnet)
        #expect(subnet.address.bytes[0] == 0xfd)
        #expect(subnet != UniqueLocalPrefix.subnet(machine: "b", network: "minirun0"))
        let other = try #require(UniqueLocalPrefix.subnet(machine: "a", network: "lab"))
        #expect(other.address.bytes[..<6] == subnet.address.bytes[..<6] && other != subnet)
        let taken = [AddressPools.Obstacle(subnet, "taken")]
        let next = UniqueLocalPrefix.firstFree(machine: "a", network: "minirun0", avoiding: taken)
        #expect(next != nil && next != subnet)
    }
}
