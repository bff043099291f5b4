import CShim
import Namespaces
import SystemPackage

/// The host's own macvlan beside those of its containers. A parent and its macvlans do not hear each other, but macvlans of
/// one parent do; so the host gets one as well, without any address: it answers for those that stay on the parent.
///
/// Neither ARP nor neighbour discovery is spoken on it, because it would answer the whole LAN's questions for the host's
/// addresses too, with a link-layer address of its own. ``ConnectShim`` writes down who is who.
public struct HostShim: Step, Equatable {
    /// The interface's name, at most 15 bytes.
    public var name: String
    /// The parent.
    public var parent: String
    /// In bytes; the parent's when none is given.
    public var mtu: Int?

    /// Describes the interface by its name.
    public init(name: String, parent: String, mtu: Int? = nil) {
        self.name = name
        self.parent = parent
        self.mtu = mtu
    }

    /// That of a network: `mrs-` and the first eight digits of its id.
    public init(networkID: String, parent: String, mtu: Int? = nil) {
        self.init(name: "mrs-" + networkID.prefix(8), parent: parent, mtu: mtu)
    }

    /// Made when it is missing. Throws `UsageError` when another interface has the name, `NetlinkError`.
    public func apply(on stage: Stage) throws {
        let socket = try HostNetlink.of(stage).socket
        let parent = try MacvlanMode.parent(named: parent, socket)
        // A macvlan on a macvlan stands on the interface below it.
        let lower = parent.kind == "macvlan" ? parent.parent ?? parent.index : parent.index
        if try !exists(on: lower, socket) {
            var creation = NetlinkMessage.createMacvlan(name, parent: parent.index, mtu: mtu)
            // Another container's start may have been quicker.
            creation.tolerated = .fileExists
            try socket.request(creation)
            let name = name
            stage.undo.push("remove \(name)", scope: .setup) { try Self.removeUnused(name, socket) }
        }
        let hasIPv6 = IPv6.isPresent(mtu: mtu ?? parent.mtu)
        try socket.request([.setWithoutARP(name), .setLink(name, isUp: false, withoutLinkLocal: hasIPv6)])
        // A container is no router for the host.
        if hasIPv6 { RouterAdvertisements.refuse(on: name) }
        try socket.request(.setLink(name))
    }

    private func exists(on parent: CInt, _ socket: NetlinkSocket) throws -> Bool {
        guard let link = try socket.link(named: name) else { return false }
        guard link.kind == "macvlan", link.parent == parent else {
            throw UsageError("interface \(name) exists and is not a macvlan on \(self.parent) (rename it)")
        }
        return true
    }

    /// `ip link delete dev NAME`, with the network; none is no failure. Throws `NetlinkError`.
    public static func remove(_ name: String, _ socket: NetlinkSocket) throws(NetlinkError) {
        try socket.request(.deleteLink(name).tolerating(.noSuchDevice))
    }

    /// The same unless a container has a route through it.
    static func removeUnused(_ name: String, _ socket: NetlinkSocket) throws(NetlinkError) {
        guard let link = try socket.link(named: name) else { return }
        let isUsed = try socket.routes().contains {
            $0.link == link.index && $0.table == RT_TABLE_MAIN.rawValue && $0.origin == UInt8(RTPROT_BOOT)
        }
        if !isUsed { try remove(name, socket) }
    }

    /// The `ip` commands and the messages.
    public var explanation: Explanation {
        let dev = name.shellQuoted
        let size = mtu.map { " mtu \($0)" } ?? ""
        let generation = IPv6.isPresent(mtu: mtu ?? IPv6.minimumMTU) ? " addrgenmode none" : ""
        return Explanation(
            shell: [
                "ip link show dev \(dev) >/dev/null 2>&1 || "
                    + "ip link add link \(parent.shellQuoted) name \(dev)\(size) type macvlan mode bridge",
                "ip link set dev \(dev) arp off\(generation)",
            ] + (generation.isEmpty ? [] : [RouterAdvertisements.shell(on: name)]) + ["ip link set dev \(dev) up"],
            systemCalls: [
                "RTM_NEWLINK NLM_F_CREATE|NLM_F_EXCL kind=macvlan name=\(name) link=\(parent) IFLA_MACVLAN_MODE=bridge",
                "RTM_NEWLINK name=\(name) IFF_NOARP, IFF_UP",
            ],
            why: "A parent and its macvlans do not hear each other; macvlans do, so the host gets one too.")
    }
}
