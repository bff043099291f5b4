import CShim
import Namespaces
import NetSetup
import SystemPackage
import Testing

/// The end of a start that failed, beside containers that have come to use the same network meanwhile.
@Suite struct SharedUndoTests {
    private let network: PrivateNetwork

    init() throws {
        network = try PrivateNetwork.host()
        try network.shell("ip link add br9 type bridge && ip link set br9 up")
        try EnsureFirewall(hasIPv6: true).apply(on: network.stage())
    }

    private func plugIn(_ name: String) throws {
        try network.shell("ip link add \(name) type veth peer name \(name)p && ip link set \(name) master br9")
    }

    private func elements() throws -> String { try network.shell("nft list set inet minirun networks") }

    @Test func admissionStaysForWhoIsOnTheBridge() throws {
        for isUsed in [false, true] {
            let failing = try network.stage()
            try AdmitNetwork(bridge: "br9").apply(on: failing)
            #expect(try elements().contains("br9"))
            if isUsed { try plugIn("mr1") }
            #expect(failing.undo.unwind() == [])
            #expect(try elements().contains("br9") == isUsed)
        }
    }

    @Test func forwardingStaysForAnotherNetwork() throws {
        let step = SetSysctl("net/ipv4/ip_forward", "1", why: "", record: FilePath("/tmp/minirun-no-such/x"))
        try network.run {
            for isUsed in [false, true] {
                var step = step
                var template = Array("/tmp/minirun-undo-XXXXXX".utf8CString)
                let directory = FilePath(String(cString: try #require(mkdtemp(&template))))
                step.record = directory.appending("net.ipv4.ip_forward")
                try step.sysctl.set("0")
                let failing = try network.stage()
                try step.apply(on: failing)
                if isUsed { try AdmitNetwork(bridge: "lab2").apply(on: network.stage()) }
                #expect(failing.undo.unwind() == [])
                #expect(try step.sysctl.value() == (isUsed ? "1" : "0"))
                // What the host had before is still known to whoever removes the last network.
                #expect((access(step.record?.string ?? "", F_OK) == 0) == isUsed)
                unlink(step.record?.string ?? "")
                rmdir(directory.string)
            }
        }
    }

    @Test func aTunnelStaysForWhoIsOnTheBridge() throws {
        try network.shell(
            "ip link add up0 type veth peer name up1; ip addr add 192.0.2.1/24 dev up0; ip link set up0 up")
        let peer = CreateVXLAN.Peer(try #require(IPAddress("192.0.2.2")))
        let step = CreateVXLAN(name: "vx-9", bridge: "br9", vni: 256, mtu: 1450, peers: [peer])
        for isUsed in [false, true] {
            let failing = try network.stage()
            try step.apply(on: failing)
            if isUsed { try plugIn("mr1") }
            #expect(failing.undo.unwind() == [])
            #expect(try (network.socket().link(named: "vx-9") != nil) == isUsed)
        }
    }

    @Test func aTunnelThatWasLeftHalfMadeIsCompleted() throws {
        try network.shell(
            """
            ip link add up0 type veth peer name up1; ip addr add 192.0.2.1/24 dev up0; ip link set up0 up
            ip link add vx-9 master br9 type vxlan id 256 local 192.0.2.1 dstport 4789 nolearning
            """)
        let peer = CreateVXLAN.Peer(
            try #require(IPAddress("192.0.2.2")), range: IPPrefix("10.42.1.0/29"))
        let step = CreateVXLAN(name: "vx-9", bridge: "br9", vni: 256, mtu: 1450, peers: [peer])
        try step.apply(on: network.stage())
        #expect(try network.socket().link(named: "vx-9")?.isUp == true)
        let entries = try network.shell("bridge fdb show dev vx-9; ip neigh show dev br9; bridge -d link show dev vx-9")
        #expect(
            entries.contains("00:00:00:00:00:00 dst 192.0.2.2") && entries.contains("02:42:0a:2a:01:02 dst 192.0.2.2"))
        #expect(entries.contains("02:42:0a:2a:01:02 master br9") && entries.contains("10.42.1.2 lladdr"), "\(entries)")
        #expect(entries.contains("learning off") && entries.contains("neigh_suppress on"), "\(entries)")
    }

    @Test func switchesThatWereTurnedOffByHandHold() throws {
        try AdmitNetwork(bridge: "br9").apply(on: network.stage())
        let list =
            "nft list set inet minirun within; nft list set inet minirun masked4; nft list set inet minirun masked6"
        #expect(try network.shell(list).split(separator: "br9").count > 3)
        try AdmitNetwork(bridge: "br9", masquerades: false, interContainer: false).apply(on: network.stage())
        #expect(try !network.shell(list).contains("br9"))
        #expect(try elements().contains("br9"))
    }
}
