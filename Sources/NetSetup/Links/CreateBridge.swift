import CShim
import Namespaces
import SystemPackage

/// Makes a network's bridge: a switch whose own address is the containers' gateway.
public struct CreateBridge: Step, Equatable {
    /// The interface's name, at most 15 bytes.
    public var name: String
    /// Its own link-layer address.
    public var mac: MACAddress
    /// In bytes; its ports get the same.
    public var mtu: Int
    /// The gateway addresses, of one or both families.
    public var addresses: [IPPrefix]
    /// Whether the kernel has IPv6 at all.
    public var hasIPv6: Bool

    /// Describes the bridge.
    public init(name: String, mac: MACAddress, mtu: Int, addresses: [IPPrefix], hasIPv6: Bool) {
        self.name = name
        self.mac = mac
        self.mtu = mtu
        self.addresses = addresses
        self.hasIPv6 = hasIPv6
    }

    /// The bridge, then what is heeded only once it exists, the addresses, and at last up; then the stage's `NetworkLock`
    /// is released, since the bridge can be seen. Throws `NetlinkError`.
    public func apply(on stage: Stage) throws {
        let socket = try HostNetlink.of(stage).socket
        try socket.request(.createBridge(name, mac: mac, mtu: provisionalMTU))
        let name = name
        stage.undo.push("remove bridge \(name)", scope: .setup) { [weak stage] in
            if try socket.isUsed(name, besides: stage?.ownCables ?? []) { return }
            try socket.request(.deleteLink(name).tolerating(.noSuchDevice))
        }
        try socket.request(.setLink(name, mtu: mtu, isUp: false, withoutLinkLocal: hasIPv6))
        guard let link = try socket.link(named: name) else { throw NetlinkError("find bridge \(name)", .noSuchDevice) }
        if hasIPv6 { RouterAdvertisements.refuse(on: name) }
        // Up comes last: whoever finds the bridge up may use it.
        try socket.request(allAddresses.map { .addAddress($0, to: link.index, named: name) } + [.setLink(name)])
        if let lock = stage.resource(NetworkLock.self), [nil, name].contains(lock.bridge) { lock.release() }
    }

    /// fe80::1/64, which Docker gives its bridges too: for a packet that is passed on, the kernel asks for the neighbour from
    /// a link-local address, and asks nobody without one (ndisc_solicit).
    public static let linkLocal = IPPrefix(IPAddress(v6: 0xfe80 << 48, 1), length: 64)

    private var allAddresses: [IPPrefix] {
        addresses + (addresses.contains { $0.address.family == .v6 } ? [Self.linkLocal].compactMap(\.self) : [])
    }

    /// A bridge follows its smallest port until its packet size has been *changed* once; setting the value that a new
    /// bridge has anyway is no change, so in that case it is born with another.
    private var provisionalMTU: Int? { mtu == 1500 ? 1400 : nil }

    /// The `ip` commands and the messages.
    public var explanation: Explanation {
        let dev = name.shellQuoted
        let generation = hasIPv6 ? " addrgenmode none" : ""
        return Explanation(
            // Another container, or the same script, may have made it in the meantime.
            shell: [
                "ip link show dev \(dev) >/dev/null 2>&1 || {",
                "ip link add name \(dev) address \(mac)\(provisionalMTU.map { " mtu \($0)" } ?? "") type bridge",
                "ip link set dev \(dev) mtu \(mtu)\(generation)",
            ] + (hasIPv6 ? [RouterAdvertisements.shell(on: name)] : [])
                + allAddresses.map { "ip address add \($0)\($0.shellOptions) dev \(dev)" }
                + ["ip link set dev \(dev) up", "}"],
            systemCalls: [
                "RTM_NEWLINK NLM_F_CREATE|NLM_F_EXCL kind=bridge name=\(name) address=\(mac)"
                    + (provisionalMTU.map { " mtu=\($0)" } ?? ""),
                "RTM_NEWLINK name=\(name) mtu=\(mtu)\(hasIPv6 ? " addr_gen_mode=NONE" : "")",
            ]
                + (hasIPv6
                    ? ["open(\"\(RouterAdvertisements.setting(of: name).file)\", O_WRONLY|O_CLOEXEC), write(\"0\")"]
                    : [])
                + allAddresses.map {
                    "RTM_NEWADDR NLM_F_CREATE|NLM_F_EXCL \($0)\($0.address.family == .v6 ? " IFA_F_NODAD" : "")"
                } + ["RTM_NEWLINK name=\(name) IFF_UP"],
            why: "A bridge is a switch inside the kernel; its own address makes the host the containers' gateway.")
    }
}

extension IPPrefix {
    /// The options that `ip address add` needs to send what `NetlinkMessage.addAddress` sends.
    var shellOptions: String {
        address.family == .v6 ? " nodad" : length < 31 ? " brd \(last)" : ""
    }
}
