import CShim
import Namespaces
import NetSetup
import SystemPackage
import Testing

/// A host and a container, both of the test's own, and the stage between them.
private final class Cable {
    let host = try? PrivateNetwork()
    let container = try? PrivateNetwork()
    let stage = Stage()

    func sockets() throws -> (host: NetlinkSocket, container: NetlinkSocket) {
        let (host, container) = (try #require(host), try #require(container))
        let socket = try host.socket()
        stage.leave(HostNetlink(socket))
        stage.leave(ContainerNetlink(NamespaceHandle(owning: OwnedDescriptor(owning: dup(container.descriptor)))))
        return (socket, try container.socket())
    }
}

@Suite struct BridgeModeTests {
    private func mode(_ network: BridgeNetwork, isolated: Bool = false) throws -> Attachment {
        try Attachment(network, name: "教育", isolated: isolated)
    }

    @Test func attachesTheContainerExactlyAsPlanned() throws {
        let cable = Cable()
        let (host, container) = try cable.sockets()
        #expect(try BridgeNetwork.existing("minirun0", host) == nil)
        let network = try BridgeNetwork.new("minirun0", mtu: 1400, host)
        #expect(network.gateway.description == "172.17.0.1/16")
        let mode = try mode(network)
        try cable.host?.run { for step in mode.networkSteps { try step.apply(on: cable.stage) } }
        for step in mode.attachSteps { try step.apply(on: cable.stage) }

        var found = try #require(try BridgeNetwork.existing("minirun0", host))
        #expect(found.presence == .up)
        found.presence = .missing
        #expect(found == network)

        let bridge = try #require(try host.link(named: "minirun0"))
        let outer = try #require(try host.link(named: "mr01234567"))
        #expect(outer.master == bridge.index && outer.isUp && outer.mtu == 1400 && outer.kind == "veth")
        let byOtherName = NetlinkMessage("look up", type: RTM_GETLINK) { message in
            message.putHeader(ifinfomsg())
            message.put(IFLA_ALT_IFNAME, "minirun-教育-eth0")
        }
        #expect(try host.get(byOtherName) { $0.header(as: ifinfomsg.self)?.ifi_index } == outer.index)
        #expect(try host.addresses(of: outer.index).isEmpty)
        #expect(
            try host.addresses(of: bridge.index).map(\.prefix).filter { !$0.address.isLinkLocal }
                == [network.gateway, network.gateway6].compactMap(\.self))

        let inner = try #require(try container.link(named: "eth0"))
        #expect(inner.isUp && inner.mtu == 1400 && inner.mac?.description == "02:42:ac:11:00:02")
        #expect(try container.addresses(of: inner.index).map(\.prefix) == mode.addresses)
        #expect(mode.addresses.count == (network.hasIPv6 ? 2 : 1))
        let defaults = try container.routes().filter(\.isDefault).compactMap(\.gateway)
        #expect(defaults == [network.gateway.address, network.gateway6?.address].compactMap(\.self))
        #expect(try container.link(named: "lo")?.isUp == true)
        #expect(try cable.host?.run { try Sysctl("net/ipv4/ip_forward").value() } == "1")
    }

    @Test func smallPacketsMeanNoIPv6() throws {
        let cable = Cable()
        let (host, container) = try cable.sockets()
        let mode = try mode(try BridgeNetwork.new("minirun0", mtu: 1000, host))
        try cable.host?.run {
            for step in mode.networkSteps + mode.attachSteps { try step.apply(on: cable.stage) }
        }
        #expect(mode.addresses.map(\.description) == ["172.17.0.2/16"])
        #expect(try container.link(named: "eth0")?.mtu == 1000)
        #expect(try host.link(named: "minirun0")?.mtu == 1000)
    }

    @Test func smallerContainerLeavesTheBridgesPacketsAlone() throws {
        let cable = Cable()
        let (host, container) = try cable.sockets()
        var mode = try mode(try BridgeNetwork.new("minirun0", host))
        mode.mode.mtu = 1300
        try cable.host?.run {
            for step in mode.networkSteps + mode.attachSteps { try step.apply(on: cable.stage) }
        }
        #expect(try container.link(named: "eth0")?.mtu == 1300)
        #expect(try host.link(named: "minirun0")?.mtu == 1500)
    }

    @Test func hostWithoutIPv6MakesANetworkWithoutIt() throws {
        let cable = Cable()
        let (host, container) = try cable.sockets()
        try cable.host?.run {
            for scope in ["all", "default"] { try Sysctl("net/ipv6/conf/\(scope)/disable_ipv6").set("1") }
            let mode = try mode(try BridgeNetwork.new("minirun0", host))
            #expect(!mode.network.hasIPv6)
            for step in mode.networkSteps + mode.attachSteps { try step.apply(on: cable.stage) }
        }
        #expect(try host.addresses().filter { $0.prefix.address.family == .v6 }.isEmpty)
        #expect(try container.routes().filter(\.isDefault).map(\.destination.description) == ["0.0.0.0/0"])
        #expect(try BridgeNetwork.existing("minirun0", host)?.hasIPv6 == false)
    }

    @Test func bridgeThatWasSetDownIsSetUpAgain() throws {
        let cable = Cable()
        let (host, _) = try cable.sockets()
        try cable.host?.run {
            for step in try mode(try BridgeNetwork.new("minirun0", host)).networkSteps {
                try step.apply(on: cable.stage)
            }
            let down = NetlinkMessage("set down", type: RTM_NEWLINK) { message in
                var header = ifinfomsg()
                header.ifi_change = UInt32(IFF_UP)
                message.putHeader(header)
                message.put(IFLA_IFNAME, "minirun0")
            }
            try host.request(down)
            let found = try #require(try BridgeNetwork.existing("minirun0", host))
            #expect(found.presence == .down)
            for step in try mode(found).networkSteps { try step.apply(on: cable.stage) }
            #expect(try BridgeNetwork.existing("minirun0", host)?.presence == .up)
        }
    }

    @Test func oneWaitsWhileAnotherMakesTheBridge() throws {
        let host = try PrivateNetwork()
        let socket = try host.socket()
        var template = Array("/tmp/minirun-lock-XXXXXX".utf8CString)
        let directory = FilePath(String(cString: try #require(mkdtemp(&template))))
        let file = directory.appending("bridge.lock")
        defer {
            unlink(file.string)
            rmdir(directory.string)
        }
        let (network, lock) = try BridgeNetwork.find("minirun0", lockFile: file, socket)
        let held = minirun_open(file.string, O_RDWR, 0)
        defer { close(held) }
        #expect(flock(held, LOCK_EX | LOCK_NB) != 0)
        let stage = Stage()
        stage.leave(HostNetlink(socket))
        stage.leave(try #require(lock))
        try host.run { for step in try mode(network).networkSteps { try step.apply(on: stage) } }
        #expect(flock(held, LOCK_EX | LOCK_NB) == 0)
        let again = try BridgeNetwork.find("minirun0", lockFile: file, socket)
        #expect(again.lock == nil && again.network.presence == .up)
    }

    @Test func failedSetUpLeavesTheHostAsItWas() throws {
        let cable = Cable()
        let (host, _) = try cable.sockets()
        let mode = try mode(try BridgeNetwork.new("minirun0", host))
        try cable.host?.run {
            try Sysctl("net/ipv4/ip_forward").set("0")
            for step in mode.networkSteps { try step.apply(on: cable.stage) }
            #expect(try host.link(named: "minirun0") != nil)
            #expect(try Sysctl("net/ipv4/ip_forward").value() == "1")
            #expect(cable.stage.undo.unwind() == [])
            #expect(try host.link(named: "minirun0") == nil)
            #expect(try Sysctl("net/ipv4/ip_forward").value() == "0")
        }
    }

    @Test func bridgeInUseSurvivesAnothersFailure() throws {
        let cable = Cable()
        let (host, _) = try cable.sockets()
        let mode = try mode(try BridgeNetwork.new("minirun0", host))
        try cable.host?.run {
            try Sysctl("net/ipv4/ip_forward").set("0")
            for step in mode.networkSteps { try step.apply(on: cable.stage) }
            let other = Stage()
            other.leave(HostNetlink(host))
            other.leave(try ContainerNetlink.of(cable.stage))
            for step in mode.attachSteps { try step.apply(on: other) }
            #expect(cable.stage.undo.unwind() == [])
            #expect(try host.link(named: "minirun0") != nil)
            #expect(try Sysctl("net/ipv4/ip_forward").value() == "1")
        }
    }

    @Test func ownCableThatIsStillDyingDoesNotKeepTheBridge() throws {
        let cable = Cable()
        let (host, _) = try cable.sockets()
        let mode = try mode(try BridgeNetwork.new("minirun0", host))
        try cable.host?.run {
            try Sysctl("net/ipv4/ip_forward").set("0")
            for step in mode.networkSteps + mode.attachSteps { try step.apply(on: cable.stage) }
            #expect(try host.link(named: mode.mode.hostInterface) != nil)
            #expect(cable.stage.undo.unwind() == [])
            #expect(try host.link(named: "minirun0") == nil)
            #expect(try Sysctl("net/ipv4/ip_forward").value() == "0")
        }
    }

    @Test(arguments: [false, true]) func bridgeKnowsThePortsFlags(isolated: Bool) throws {
        let cable = Cable()
        let (host, _) = try cable.sockets()
        let mode = try mode(try BridgeNetwork.new("minirun0", host), isolated: isolated)
        try cable.host?.run {
            for step in mode.networkSteps + mode.attachSteps { try step.apply(on: cable.stage) }
        }
        let question = NetlinkMessage("read the port", type: RTM_GETLINK) { message in
            message.putHeader(ifinfomsg())
            message.put(IFLA_IFNAME, mode.mode.hostInterface)
        }
        let flags = try host.get(question) { reply -> [UInt8]? in
            let port = reply.attributes(after: ifinfomsg.self)[IFLA_LINKINFO]?.nested[IFLA_INFO_SLAVE_DATA]?.nested
            return [port?[IFLA_BRPORT_MODE]?.value() ?? 9, port?[IFLA_BRPORT_ISOLATED]?.value() ?? 9]
        }
        #expect(flags == [1, isolated ? 1 : 0])
    }

    @Test func foreignInterfaceOfTheBridgesNameIsAnError() throws {
        let network = try PrivateNetwork()
        let socket = try network.socket()
        try socket.request(
            .createVeth("minirun0", mtu: nil, master: nil, peer: "other", peerMAC: nil, namespace: nil))
        #expect(throws: BridgeNetwork.Unusable.self) { try BridgeNetwork.existing("minirun0", socket) }
    }

    @Test func nextFreePoolIsTakenAndTheUplinksMTU() throws {
        let network = try PrivateNetwork()
        let socket = try network.socket()
        try socket.request([
            .createVeth("up", mtu: 1380, master: nil, peer: "other", peerMAC: nil, namespace: nil),
            .setLink("up"), .setLink("other"),
        ])
        let up = try #require(try socket.link(named: "up"))
        try socket.request([
            .addAddress(try #require(IPPrefix("172.17.5.1/24")), to: up.index, named: "up"),
            .addRoute(
                to: IPPrefix("172.18.0.0/15"), via: try #require(IPAddress("172.17.5.2")), on: up.index, named: "up"),
            .addRoute(to: IPPrefix("0.0.0.0/1"), via: try #require(IPAddress("172.17.5.2")), on: up.index, named: "up"),
            .addRoute(via: try #require(IPAddress("172.17.5.2")), on: up.index, named: "up"),
        ])
        let planned = try BridgeNetwork.new("minirun0", socket)
        #expect(planned.gateway.description == "172.20.0.1/16")
        #expect(planned.mtu == 1380)
        #expect(planned.mac.description == "02:42:ac:14:00:01")
    }

    @Test func noneModeHasLoopbackOnly() throws {
        let cable = Cable()
        let (_, container) = try cable.sockets()
        #expect(try container.link(named: "lo")?.isUp == false)
        for step in NoneMode().attachSteps { try step.apply(on: cable.stage) }
        #expect(try container.links().map(\.name) == ["lo"])
        #expect(try container.link(named: "lo")?.isUp == true)
        #expect(try container.addresses().map(\.prefix.description).contains("127.0.0.1/8"))
    }
}
