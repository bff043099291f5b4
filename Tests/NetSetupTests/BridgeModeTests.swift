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

/// A container's way onto a bridge, step by step.
@Suite struct BridgeModeTests {
    @Test func attachesTheContainerExactlyAsPlanned() throws {
        let cable = Cable()
        let (host, container) = try cable.sockets()
        let mode = try Attachment(mtu: 1400)
        try cable.host?.run { for step in mode.networkSteps { try step.apply(on: cable.stage) } }
        for step in mode.attachSteps { try step.apply(on: cable.stage) }

        let bridge = try #require(try host.link(named: "minirun0"))
        #expect(bridge.isUp && bridge.kind == "bridge" && bridge.mtu == 1400)
        #expect(bridge.mac?.description == "02:42:ac:11:00:01")
        #expect(try cable.host?.run { try RouterAdvertisements.setting(of: "minirun0").value() } == "0")
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
                == mode.bridge.addresses)

        let inner = try #require(try container.link(named: "eth0"))
        #expect(inner.isUp && inner.mtu == 1400 && inner.mac?.description == "02:42:ac:11:00:02")
        #expect(try container.addresses(of: inner.index).map(\.prefix) == mode.addresses)
        #expect(try container.routes().filter(\.isDefault).compactMap(\.gateway) == mode.gateways)
        #expect(try container.link(named: "lo")?.isUp == true)
        #expect(try cable.host?.run { try Sysctl("net/ipv4/ip_forward").value() } == "1")
    }

    @Test func smallPacketsMeanNoIPv6() throws {
        let cable = Cable()
        let (host, container) = try cable.sockets()
        let mode = try Attachment(mtu: 1000)
        try cable.host?.run {
            for step in mode.networkSteps + mode.attachSteps { try step.apply(on: cable.stage) }
        }
        #expect(try container.link(named: "eth0")?.mtu == 1000)
        #expect(try host.link(named: "minirun0")?.mtu == 1000)
    }

    @Test func smallerContainerLeavesTheBridgesPacketsAlone() throws {
        let cable = Cable()
        let (host, container) = try cable.sockets()
        var mode = try Attachment()
        mode.cable.mtu = 1300
        try cable.host?.run {
            for step in mode.networkSteps + mode.attachSteps { try step.apply(on: cable.stage) }
        }
        #expect(try container.link(named: "eth0")?.mtu == 1300)
        #expect(try host.link(named: "minirun0")?.mtu == 1500)
    }

    @Test func failedSetUpLeavesTheHostAsItWas() throws {
        let cable = Cable()
        let (host, _) = try cable.sockets()
        let mode = try Attachment()
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
        let mode = try Attachment()
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
        let mode = try Attachment()
        try cable.host?.run {
            try Sysctl("net/ipv4/ip_forward").set("0")
            for step in mode.networkSteps + mode.attachSteps { try step.apply(on: cable.stage) }
            #expect(try host.link(named: mode.cable.hostName) != nil)
            #expect(cable.stage.undo.unwind() == [])
            #expect(try host.link(named: "minirun0") == nil)
            #expect(try Sysctl("net/ipv4/ip_forward").value() == "0")
        }
    }

    @Test(arguments: [false, true]) func bridgeKnowsThePortsFlags(isolated: Bool) throws {
        let cable = Cable()
        let (host, _) = try cable.sockets()
        let mode = try Attachment(isolated: isolated)
        try cable.host?.run {
            for step in mode.networkSteps + mode.attachSteps { try step.apply(on: cable.stage) }
        }
        let question = NetlinkMessage("read the port", type: RTM_GETLINK) { message in
            message.putHeader(ifinfomsg())
            message.put(IFLA_IFNAME, mode.cable.hostName)
        }
        let flags = try host.get(question) { reply -> [UInt8]? in
            let port = reply.attributes(after: ifinfomsg.self)[IFLA_LINKINFO]?.nested[IFLA_INFO_SLAVE_DATA]?.nested
            return [port?[IFLA_BRPORT_MODE]?.value() ?? 9, port?[IFLA_BRPORT_ISOLATED]?.value() ?? 9]
        }
        #expect(flags == [1, isolated ? 1 : 0])
    }

    @Test func containerWithoutANetworkHasLoopbackOnly() throws {
        let cable = Cable()
        let (_, container) = try cable.sockets()
        #expect(try container.link(named: "lo")?.isUp == false)
        try ConfigureInside().apply(on: cable.stage)
        #expect(try container.links().map(\.name) == ["lo"])
        #expect(try container.link(named: "lo")?.isUp == true)
        #expect(try container.addresses().map(\.prefix.description).contains("127.0.0.1/8"))
    }
}
