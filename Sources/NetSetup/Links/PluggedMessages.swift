import CShim
import SystemPackage

/// What an interface needs that comes into a running network.
extension NetlinkMessage {
    /// `sysctl -w net.ipv4.conf.NAME.arp_notify=1` as a message: when the link is set up, it tells the neighbours its
    /// addresses (a gratuitous ARP), so that nobody goes on sending to who had them before.
    public static func announceAddresses(of name: String) -> NetlinkMessage {
        NetlinkMessage("let \(name) announce its addresses", type: RTM_NEWLINK) { message in
            message.putHeader(ifinfomsg())
            message.put(IFLA_IFNAME, name)
            message.nest(IFLA_AF_SPEC) { families in
                families.nest(AF_INET) { family in
                    family.nest(IFLA_INET_CONF) { $0.put(IPV4_DEVCONF_ARP_NOTIFY, UInt32(1)) }
                }
            }
        }
    }

    /// `ip route replace default via GATEWAY dev LINK`.
    public static func setDefaultRoute(via gateway: IPAddress, on link: CInt, named name: String) -> NetlinkMessage {
        let asked = "set the default route via \(gateway) on \(name)"
        return NetlinkMessage(asked, type: RTM_NEWROUTE, flags: [.create, .replace]) { message in
            var header = rtmsg()
            header.rtm_family = UInt8(gateway.family.rawValue)
            header.rtm_table = UInt8(RT_TABLE_MAIN.rawValue)
            header.rtm_protocol = UInt8(RTPROT_BOOT)
            header.rtm_scope = UInt8(RT_SCOPE_UNIVERSE.rawValue)
            header.rtm_type = UInt8(RTN_UNICAST)
            message.putHeader(header)
            message.put(RTA_GATEWAY.rawValue, gateway)
            message.put(RTA_OIF.rawValue, UInt32(link))
        }
    }
}
