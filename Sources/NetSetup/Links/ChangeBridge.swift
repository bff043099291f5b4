import CShim
import Namespaces
import SystemPackage

/// Gives a bridge that is there the addresses and the packet size that it should have: one whose settings were changed, one
/// whose address somebody took away, or one of the user's own.
public struct ChangeBridge: Step, Equatable {
    /// The bridge.
    public var name: String
    /// Addresses to take away.
    public var removed: [IPPrefix]
    /// Addresses to add.
    public var added: [IPPrefix]
    /// The packet size to set, in bytes; nil leaves it.
    public var mtu: Int?
    /// The packet size that it has.
    public var formerMTU: Int?
    /// The link-layer address to set; nil leaves it.
    public var mac: MACAddress?

    /// Describes the change.
    public init(
        _ name: String, removed: [IPPrefix] = [], added: [IPPrefix] = [], mtu: Int? = nil, formerMTU: Int? = nil,
        mac: MACAddress? = nil
    ) {
        self.name = name
        self.removed = removed
        self.added = added
        self.mtu = mtu
        self.formerMTU = formerMTU
        self.mac = mac
    }

    /// New addresses come before old ones go, so that the bridge is never without one; then up, in case it was down. Throws
    /// `NetlinkError`.
    public func apply(on stage: Stage) throws {
        let socket = try HostNetlink.of(stage).socket
        guard let link = try socket.link(named: name) else { throw NetlinkError("find bridge \(name)", .noSuchDevice) }
        let reverse = ChangeBridge(
            name, removed: added, added: removed, mtu: mtu == nil ? nil : formerMTU, mac: mac == nil ? nil : link.mac)
        let name = name
        stage.undo.push("change bridge \(name) back", scope: .setup) { [weak stage] in
            // Whoever has come to use the bridge since needs it as it is.
            if try socket.isUsed(name, besides: stage?.ownCables ?? []) { return }
            try socket.request(reverse.messages(link.index))
        }
        try socket.request(messages(link.index))
    }

    private func messages(_ link: CInt) -> [NetlinkMessage] {
        let additions = added.map { address in
            var message = NetlinkMessage.addAddress(address, to: link, named: name)
            // Another start may be changing it as well.
            message.tolerated = .fileExists
            return message
        }
        return additions + removed.map { .deleteAddress($0, from: link, named: name) }
            + [.setLink(name, mtu: mtu, mac: mac)]
    }

    /// The `ip` commands and the messages.
    public var explanation: Explanation {
        let dev = name.shellQuoted
        let properties = [mtu.map { "mtu \($0) " }, mac.map { "address \($0) " }].compactMap(\.self).joined()
        return Explanation(
            shell: added.map { "ip address add \($0)\($0.shellOptions) dev \(dev)" }
                + removed.map { "ip address delete \($0) dev \(dev)" } + ["ip link set dev \(dev) \(properties)up"],
            systemCalls: added.map { "RTM_NEWADDR NLM_F_CREATE|NLM_F_EXCL \($0)" } + removed.map { "RTM_DELADDR \($0)" }
                + ["RTM_NEWLINK name=\(name) \(mtu.map { "mtu=\($0) " } ?? "")IFF_UP"],
            why: "The bridge is there already, but not quite as the network wants it.")
    }
}
