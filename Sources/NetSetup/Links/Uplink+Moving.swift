import CShim
import SystemPackage

/// The lists of messages by which an uplink moves. Each list is sent in one system call, within which the kernel works
/// through it: whoever is connected by the card notices nothing but a pause of microseconds.
extension Uplink {
    /// Everything from the card to the new interface, which exists, is down and has nothing.
    ///
    /// Addresses come to the new interface before they go from the old one, so at no moment are they nobody's. Those of IPv4
    /// come before it is up, so that they are announced to the neighbours; those of IPv6 after, since the kernel makes their
    /// subnets' routes only then. The old ones go last first: with a subnet's first address go all others of it.
    func messages(to target: Link, _ mode: UplinkMode) -> [NetlinkMessage] {
        let (new, label) = (target.index, target.name)
        let early = addresses.filter { $0.prefix.address.family == .v4 }
        let late = inOrderOfAddition.filter { $0.prefix.address.family == .v6 }
        var messages: [NetlinkMessage] = [.setLink(label, isUp: false, announcesAddresses: true)]
        messages += early.map { $0.addition(to: new, named: label, before: name) }
        if mode == .bridge { messages.append(.setMaster(new, of: name)) }
        messages.append(.setLink(label))
        messages += late.map { $0.addition(to: new, named: label, before: name) }
        for route in routes {
            messages.append(route.deletion(by: index, insteadOf: index, named: name))
            messages.append(route.addition(by: new, insteadOf: index, named: label))
        }
        messages += addresses.reversed().map { $0.deletion(from: index, named: name) }
        return messages
    }

    /// So that they come to stand in the order in which they stand now: the kernel puts IPv6 addresses before those it has.
    private var inOrderOfAddition: [UplinkAddress] {
        addresses.filter { $0.prefix.address.family == .v4 }
            + addresses.reversed().filter { $0.prefix.address.family == .v6 }
    }

    /// Everything that this one has back to the card, which may have some of it still, and the interface away; one with
    /// ports of others is only emptied. What is there already, or gone already, is no failure.
    func messages(
        backTo card: Link, _ mode: UplinkMode, from holder: Link?, keepsHolder: Bool
    ) -> [NetlinkMessage] {
        var messages: [NetlinkMessage] = []
        if mode == .bridge, card.master != nil { messages.append(.setMaster(0, of: card.name)) }
        messages.append(.setLink(card.name))
        messages += inOrderOfAddition.map { address in
            address.addition(to: card.index, named: card.name, before: name).tolerating(.fileExists)
        }
        for route in routes {
            if let holder {
                messages.append(route.deletion(by: holder.index, insteadOf: index, named: holder.name))
            }
            messages.append(
                route.addition(by: card.index, insteadOf: index, named: card.name).tolerating(.fileExists))
        }
        guard let holder else { return messages }
        if keepsHolder {
            messages += addresses.reversed().map { $0.deletion(from: holder.index, named: holder.name) }
        } else {
            messages.append(.deleteLink(holder.name).tolerating(.noSuchDevice))
        }
        return messages
    }
}

extension NetlinkMessage {
    /// `ip link set dev NAME master BRIDGE`, or `nomaster` for 0.
    static func setMaster(_ master: CInt, of name: String) -> NetlinkMessage {
        let asked = master == 0 ? "take \(name) out of its bridge" : "make \(name) a port of a bridge"
        return NetlinkMessage(asked, type: RTM_NEWLINK) { message in
            message.putHeader(ifinfomsg())
            message.put(IFLA_IFNAME, name)
            message.put(IFLA_MASTER, master)
        }
    }
}
