import CShim
import Namespaces
import NetSetup
import SystemPackage
import Testing

@Suite("A macvlan") struct MacvlanModeTests {
    private func mode(
        _ address: String, _ kind: MacvlanKind = .bridge, parent: String = "ens33", shim: HostShim? = nil
    ) throws -> Newcomer {
        Newcomer(
            parent: parent, kind: kind, addresses: [try #require(IPPrefix("\(address)/24"))],
            gateways: [try #require(IPAddress("192.168.66.50"))], shim: shim)
    }

    @Test("puts the container on the LAN, under its own address and without the host")
    func neighbours() throws {
        let lan = try LAN()
        let (one, _) = try lan.container(mode("192.168.66.200"))
        #expect(one.reaches("192.168.66.50") && lan.neighbour.reaches("192.168.66.200"))
        let seen = try lan.neighbour.shell("ip neighbour show 192.168.66.200")
        #expect(seen.contains("02:42:c0:a8:42:c8"), "\(seen)")
        #expect(try one.shell("ip route show default").contains("via 192.168.66.50 dev eth0"))
        let link = try #require(try one.socket().link(named: "eth0"))
        #expect(link.kind == "macvlan" && link.isUp && link.hasCarrier && !link.isLoopback)
        #expect(try link.parent == lan.host.socket().link(named: "ens33")?.index)
        // What the kernel does, and what the shim is for.
        #expect(one.isCutOff(from: "192.168.66.11") && lan.host.isCutOff(from: "192.168.66.200"))
    }

    @Test("in each mode: who reaches whom", arguments: [MacvlanKind.bridge, .private, .vepa])
    func siblings(kind: MacvlanKind) throws {
        let lan = try LAN()
        let (one, _) = try lan.container(mode("192.168.66.200", kind))
        let (two, _) = try lan.container(mode("192.168.66.201", kind))
        #expect(one.reaches("192.168.66.50") && two.reaches("192.168.66.50"))
        // The wire's other end is no switch that would send a frame back.
        #expect(kind == .bridge ? two.reaches("192.168.66.200") : two.isCutOff(from: "192.168.66.200"))
        #expect(try one.shell("ip -d link show dev eth0").contains("macvlan mode \(kind.rawValue)"))
    }

    @Test("in mode passthru takes its parent for one container, with the parent's address")
    func passthru() throws {
        let lan = try LAN()
        let (one, _) = try lan.container(mode("192.168.66.200", .passthru))
        #expect(one.reaches("192.168.66.50"))
        #expect(try one.socket().link(named: "eth0")?.mac?.description == "52:54:00:00:66:0b")
        for kind in [MacvlanKind.passthru, .bridge] {
            let error = #expect(throws: NetlinkError.self) { try lan.container(mode("192.168.66.201", kind)) }
            #expect(error?.description.contains("passthru mode") == true, "\(String(describing: error))")
            #expect(error?.description.hasPrefix("eth0 on ens33: ") == true)
        }
    }

    @Test("takes a macvlan for a parent as the interface below it")
    func stacked() throws {
        let lan = try LAN()
        try lan.host.shell("ip link add link ens33 name br0 type macvlan mode bridge; ip link set dev br0 up")
        let (one, _) = try lan.container(mode("192.168.66.200", parent: "br0"))
        #expect(one.reaches("192.168.66.50"))
        let index = try lan.host.socket().link(named: "ens33")?.index
        #expect(try one.socket().link(named: "eth0")?.parent == index)
    }

    @Test("says with Docker's words what is wrong with its parent or mode")
    func badInput() throws {
        let lan = try LAN()
        let socket = try lan.host.socket()
        func refusal(_ parent: String) -> String? {
            #expect(throws: UsageError.self) { try MacvlanMode.parent(named: parent, socket) }?.message
        }
        #expect(refusal("ens99") == "the requested parent interface ens99 was not found on the Docker host")
        #expect(refusal("lo") == "loopback interface is not a valid macvlan parent link")
        let error = #expect(throws: UsageError.self) { try MacvlanMode.kind(parsing: "brigde") }
        #expect(
            error?.message
                == "requested macvlan mode 'brigde' is not valid, 'bridge' mode is the macvlan driver default")
        #expect(try MacvlanMode.kind(parsing: "") == .bridge && MacvlanMode.kind(parsing: "vepa") == .vepa)
        #expect(
            refusal("minirun-lo0") == "the requested parent interface minirun-lo0 was not found on the Docker host")
        try lan.host.shell("ip link add name minirun-lo0 type bridge")
        #expect(
            refusal("minirun-lo0")
                == "interface minirun-lo0 is minirun's own way to published ports, and leads to no LAN")
        try lan.host.shell("ip link add name br9 type bridge; ip link set dev ens33 master br9")
        let busy = #expect(throws: NetlinkError.self) { try lan.container(mode("192.168.66.200")) }
        #expect(busy?.hint?.contains("port of a bridge") == true, "\(String(describing: busy))")
    }

    @Test("goes with its parent, and the undo of a shim does not mind")
    func vanishingParent() throws {
        let lan = try LAN()
        let (one, stage) = try lan.container(
            mode("192.168.66.200", shim: .init(networkID: "01234567", parent: "ens33")))
        #expect(try one.socket().link(named: "eth0") != nil)
        try lan.host.shell("ip link delete dev ens33")
        #expect(try one.socket().link(named: "eth0") == nil)
        #expect(stage.undo.unwind() == [])
        #expect(throws: UsageError.self) { try lan.container(mode("192.168.66.201")) }
    }

    @Test(
        "with a shim reaches the host, both ways, by the host's address on the parent, and the LAN sees no more of it")
    func shim() throws {
        let lan = try LAN()
        let shim = HostShim(networkID: "0123456789abcdef", parent: "ens33")
        #expect(shim.name == "mrs-01234567")
        var mode = try mode("192.168.66.200", shim: shim)
        mode.addresses.append(try #require(IPPrefix("fd00:66::200/64")))
        let look = "ip -o link | cut -d: -f2; ip route; ip -6 route | grep -v fe80"
        let before = try lan.host.shell(look)
        let (one, stage) = try lan.container(mode)
        let (two, _) = try lan.container(self.mode("192.168.66.201", shim: shim))
        for (from, to) in [
            (one, "192.168.66.11"), (two, "192.168.66.11"), (lan.host, "192.168.66.200"), (lan.host, "192.168.66.201"),
            (one, "192.168.66.201"), (one, "192.168.66.50"), (one, "fd00:66::11"), (lan.host, "fd00:66::200"),
            (lan.neighbour, "192.168.66.11"),
        ] { #expect(from.reaches(to), "\(to)") }
        let route = try lan.host.shell("ip route get 192.168.66.200")
        #expect(route.contains("dev mrs-01234567 src 192.168.66.11"), "\(route)")
        #expect(try lan.host.shell("ip address show dev mrs-01234567").contains("inet") == false)
        // The neighbour gets one answer to its question for the host, the parent's.
        let answers = try lan.neighbour.shell(
            "ip neighbour flush all; busybox arping -c 1 -w 1 -I eth0 192.168.66.11 || true")
        #expect(answers.contains("52:54:00:00:66:0b") && answers.contains("Received 1 response"), "\(answers)")

        #expect(stage.undo.unwind() == [])
        #expect(lan.host.isCutOff(from: "192.168.66.200") && lan.host.reaches("192.168.66.201"))
        try ConnectShim.disconnect([try #require(IPAddress("192.168.66.201"))], from: shim.name, lan.host.socket())
        try HostShim.remove(shim.name, lan.host.socket())
        try HostShim.remove(shim.name, lan.host.socket())
        #expect(try lan.host.shell(look) == before)
    }

    @Test("whose set-up fails after the shim was made leaves none")
    func failedSetUp() throws {
        let lan = try LAN()
        let container = try PrivateNetwork()
        let stage = try lan.stage(for: container)
        let shim = HostShim(networkID: "0123456789abcdef", parent: "ens33")
        var mode = try mode("192.168.66.200", shim: shim)
        mode.gateways = [try #require(IPAddress("10.9.9.9"))]
        let before = try lan.host.shell("ip -o link | cut -d: -f2; ip route")
        try lan.host.run {
            for step in mode.networkSteps { try step.apply(on: stage) }
            #expect(try lan.host.socket().link(named: shim.name) != nil)
            #expect(throws: NetlinkError.self) { for step in mode.attachSteps { try step.apply(on: stage) } }
        }
        #expect(stage.undo.unwind() == [])
        #expect(try lan.host.shell("ip -o link | cut -d: -f2; ip route") == before)
    }

    @Test("refuses a name that another interface has for the shim")
    func foreignShim() throws {
        let lan = try LAN()
        try lan.host.shell("ip link add name mrs-01234567 type bridge")
        let shim = HostShim(networkID: "0123456789abcdef", parent: "ens33")
        let error = #expect(throws: UsageError.self) { try lan.container(mode("192.168.66.200", shim: shim)) }
        #expect(error?.message == "interface mrs-01234567 exists and is not a macvlan on ens33 (rename it)")
    }

    @Test("made by hand from its shell lines is the same")
    func shellVoice() throws {
        let (lan, other) = (try LAN(), try LAN())
        var mode = try mode("192.168.66.200", shim: HostShim(networkID: "0123456789abcdef", parent: "ens33"))
        mode.addresses.append(try #require(IPPrefix("fd00:66::200/64")))
        let (one, _) = try lan.container(mode)
        let byHand = try PrivateNetwork()
        let me = getpid()
        let lines = (mode.networkSteps + mode.attachSteps).flatMap(\.explanation.shell)
        let script = [
            "set -eu", "nsenter --net=/proc/\(me)/fd/\(byHand.descriptor) sleep 60 & PID=$!", "trap 'kill $PID' EXIT",
            "while [ ! /proc/$PID/ns/net -ef /proc/\(me)/fd/\(byHand.descriptor) ]; do sleep 0.01; done",
        ]
        try other.host.shell((script + lines).joined(separator: "\n"))
        let look =
            "ip -br link | sed 's/@[^ ]*//;s/\\(mrs[^ ]* *[^ ]*\\) *[0-9a-f:]*/\\1/'; ip -br address show dev eth0; ip route; ip -6 route | grep -v fe80"
        try expectAlike({ try one.shell(look) }, { try byHand.shell(look) })
        let outer =
            "ip -br link | sed 's/@[^ ]*//;s/\\(mrs[^ ]* *[^ ]*\\) *[0-9a-f:]*/\\1/'; ip route; ip -6 route; ip neighbour show nud permanent"
        try expectAlike({ try lan.host.shell(outer) }, { try other.host.shell(outer) })
        #expect(try lan.host.shell(outer).contains("fd00:66::200 dev mrs-01234567"))
        #expect(byHand.reaches("192.168.66.11") && other.host.reaches("fd00:66::200"))
    }
}
