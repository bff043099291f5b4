import CShim
import SystemPackage

/// The requests about neighbours and single hosts' routes, each named after the `ip` command that sends the same.
extension NetlinkMessage {
    /// `ip neighbour replace ADDRESS lladdr MAC dev LINK nud permanent`: nobody is asked for it, and it does not age.
    public static func setNeighbour(
        _ address: IPAddress, at mac: MACAddress, on link: CInt, named name: String
    ) -> NetlinkMessage {
        let asked = "write down that \(address) on \(name) is \(mac)"
        return NetlinkMessage(asked, type: RTM_NEWNEIGH, flags: [.create, .replace]) { message in
            message.putHeader(Self.neighbour(address, on: link))
            message.put(NDA_DST, address)
            message.put(NDA_LLADDR, mac)
        }
    }

    /// `ip neighbour del ADDRESS dev LINK`; one that is gone is no failure.
    public static func deleteNeighbour(_ address: IPAddress, on link: CInt, named name: String) -> NetlinkMessage {
        var message = NetlinkMessage("forget the neighbour \(address) on \(name)", type: RTM_DELNEIGH) { message in
            message.putHeader(Self.neighbour(address, on: link))
            message.put(NDA_DST, address)
        }
        message.tolerated = .noSuchFileOrDirectory
        return message
    }

    private static func neighbour(_ address: IPAddress, on link: CInt) -> ndmsg {
        var header = ndmsg()
        header.ndm_family = UInt8(address.family.rawValue)
        header.ndm_ifindex = link
        header.ndm_state = UInt16(NUD_PERMANENT)
        return header
    }

    /// `ip route replace ADDRESS dev LINK src SOURCE`: one host, reached without a router.
    public static func setHostRoute(
        to address: IPAddress, from source: IPAddress? = nil, on link: CInt, named name: String
    ) -> NetlinkMessage {
        NetlinkMessage("add route \(address) on \(name)", type: RTM_NEWROUTE, flags: [.create, .replace]) { message in
            message.putHeader(Self.hostRoute(to: address))
            message.put(RTA_DST.rawValue, address)
            message.put(RTA_OIF.rawValue, UInt32(link))
            if let source { message.put(RTA_PREFSRC.rawValue, source) }
        }
    }

    /// `ip route del ADDRESS dev LINK`; one that is gone is no failure.
    public static func deleteHostRoute(to address: IPAddress, on link: CInt, named name: String) -> NetlinkMessage {
        var message = NetlinkMessage("delete route \(address) on \(name)", type: RTM_DELROUTE) { message in
            message.putHeader(Self.hostRoute(to: address))
            message.put(RTA_DST.rawValue, address)
            message.put(RTA_OIF.rawValue, UInt32(link))
        }
        message.tolerated = .noSuchProcess
        return message
    }

    private static func hostRoute(to address: IPAddress) -> rtmsg {
        var header = rtmsg()
        header.rtm_family = UInt8(address.family.rawValue)
        header.rtm_dst_len = UInt8(address.family.bits)
        header.rtm_table = UInt8(RT_TABLE_MAIN.rawValue)
        header.rtm_protocol = UInt8(RTPROT_BOOT)
        header.rtm_scope = UInt8(address.family == .v4 ? RT_SCOPE_LINK.rawValue : RT_SCOPE_UNIVERSE.rawValue)
        header.rtm_type = UInt8(RTN_UNICAST)
        return header
    }
}
