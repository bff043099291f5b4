import CShim
import Namespaces
import NetSetup
import SystemPackage
import Testing

/// A host with a bridge, and containers on it, each a network namespace of the test's own.
final class Neighbourhood {
    let host: PrivateNetwork
    let socket: NetlinkSocket
    let hasIPv6 = IPv6.isPresent(mtu: 1500)

    init() throws {
        host = try PrivateNetwork()
        socket = try host.socket()
        let stage = Stage()
        stage.leave(HostNetlink(socket))
        let bridge = CreateBridge(
            name: "br-test", mac: try Self.mac(1), mtu: 1500, addresses: try Self.addresses(1, hasIPv6),
            hasIPv6: hasIPv6)
        try host.run { try bridge.apply(on: stage) }
    }

    static func mac(_ number: Int) throws -> MACAddress {
        try #require(MACAddress("02:42:0a:09:00:0\(number)"))
    }

    static func addresses(_ number: Int, _ hasIPv6: Bool) throws -> [IPPrefix] {
        try [#require(IPPrefix("10.9.0.\(number)/24"))] + (hasIPv6 ? [#require(IPPrefix("fd09::\(number)/64"))] : [])
    }

    /// Connects a container by the steps of a start; `beforehand` runs inside before the interface is born.
    func connect(_ number: Int, beforehand: () throws -> Void = {}) throws -> Neighbour {
        let network = try PrivateNetwork()
        try network.run(beforehand)
        let stage = Stage()
        stage.leave(HostNetlink(socket))
        stage.leave(ContainerNetlink(NamespaceHandle(owning: OwnedDescriptor(owning: dup(network.descriptor)))))
        let addresses = try Self.addresses(number, hasIPv6)
        let mac = try Self.mac(number)
        try CreateVeth(hostName: "mrtest\(number)", bridge: "br-test", mtu: 1500, mac: mac, hasIPv6: hasIPv6).apply(
            on: stage)
        try ConfigureInside([.init(name: "eth0", addresses: addresses, gateways: [], hasIPv6: hasIPv6)]).apply(
            on: stage)
        return Neighbour(network: network, stage: stage, addresses: addresses.map(\.address), mac: mac)
    }

    /// A container that has been there for a while: the bridge's port to it lets frames pass.
    func settled(_ number: Int) throws -> Neighbour {
        let neighbour = try connect(number)
        try neighbour.announcement.apply(on: neighbour.stage)
        return neighbour
    }
}

/// A container on the bridge.
struct Neighbour {
    let network: PrivateNetwork
    let stage: Stage
    let addresses: [IPAddress]
    let mac: MACAddress

    var announcement: AnnounceAddresses { AnnounceAddresses(interface: "eth0", addresses: addresses, mac: mac) }

    /// All frames that its interface hears from now on.
    func ear() throws -> Ear {
        Ear(
            try network.run {
                let all = CInt(UInt16(0x0003).bigEndian)
                return socket(AF_PACKET, CInt(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), all)
            })
    }
}

/// A packet socket.
final class Ear {
    private let descriptor: CInt
    init(_ descriptor: CInt) { self.descriptor = descriptor }
    deinit { close(descriptor) }

    /// Waits for the first frame that is as wanted; nil when none comes in five seconds.
    func hear(_ isWanted: ([UInt8]) -> Bool) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 2048)
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while CShim.poll(&poll, 1, 5000) > 0 {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            let frame = Array(buffer.prefix(count))
            if isWanted(frame) { return frame }
        }
        return nil
    }
}
