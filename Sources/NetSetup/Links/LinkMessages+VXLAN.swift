import CShim
import SystemPackage

/// The requests about VXLAN (RFC 7348) and forwarding entries, each named after the command that sends the same.
extension NetlinkMessage {
    /// `ip link add NAME mtu MTU master BRIDGE type vxlan id VNI local ADDRESS dstport PORT nolearning`.
    public static func createVXLAN(
        _ name: String, vni: UInt32, local: IPAddress, port: UInt16, mtu: Int, master: CInt
    ) -> NetlinkMessage {
        NetlinkMessage("create vxlan \(name)", type: RTM_NEWLINK, flags: [.create, .exclusive]) { message in
            message.putHeader(ifinfomsg())
            message.put(IFLA_IFNAME, name)
            message.put(IFLA_MTU, UInt32(mtu))
            message.put(IFLA_MASTER, master)
            message.nest(IFLA_LINKINFO) { info in
                info.put(IFLA_INFO_KIND, "vxlan")
                info.nest(IFLA_INFO_DATA) { data in
                    data.put(IFLA_VXLAN_ID, vni)
                    data.put(local.family == .v4 ? IFLA_VXLAN_LOCAL : IFLA_VXLAN_LOCAL6, local)
                    data.put(IFLA_VXLAN_PORT, port.bigEndian)
                    data.put(IFLA_VXLAN_LEARNING, UInt8(0))
                }
            }
        }
    }

    /// `ip link set dev NAME up type bridge_slave neigh_suppress on learning off`.
    static func setVXLANPort(_ name: String) -> NetlinkMessage {
        NetlinkMessage("set link \(name) up", type: RTM_NEWLINK) { message in
            var header = ifinfomsg()
            header.ifi_flags = UInt32(IFF_UP)
            header.ifi_change = UInt32(IFF_UP)
            message.putHeader(header)
            message.put(IFLA_IFNAME, name)
            message.nest(IFLA_LINKINFO) { info in
                info.put(IFLA_INFO_SLAVE_KIND, "bridge")
                info.nest(IFLA_INFO_SLAVE_DATA) { data in
                    data.put(IFLA_BRPORT_NEIGH_SUPPRESS, UInt8(1))
                    data.put(IFLA_BRPORT_LEARNING, UInt8(0))
                }
            }
        }
    }

    /// `bridge fdb append MAC dev NAME dst PEER`: frames to this address, or with zeros all that are meant for everybody or
    /// for somebody unknown, go to the peer.
    static func sendTo(_ peer: IPAddress, framesFor mac: MACAddress, on link: CInt, named name: String)
        -> NetlinkMessage
    {
        let asked = "send frames for \(mac) on \(name) to \(peer)"
        return NetlinkMessage(asked, type: RTM_NEWNEIGH, flags: [.create, .append]) { message in
            message.putHeader(entry(on: link, flags: NTF_SELF, state: NUD_NOARP | NUD_PERMANENT))
            message.put(NDA_LLADDR, mac)
            message.put(NDA_DST, peer)
        }
    }

    /// `bridge fdb replace MAC dev NAME master static`: the bridge knows this address behind the port.
    static func findBehindPort(_ mac: MACAddress, on link: CInt, named name: String) -> NetlinkMessage {
        NetlinkMessage("look for \(mac) behind \(name)", type: RTM_NEWNEIGH, flags: [.create, .replace]) { message in
            // A permanent one would be the host's own address.
            message.putHeader(entry(on: link, flags: NTF_MASTER, state: NUD_NOARP))
            message.put(NDA_LLADDR, mac)
        }
    }

    private static func entry(on link: CInt, flags: CInt, state: CInt) -> ndmsg {
        var header = ndmsg()
        header.ndm_family = UInt8(AF_BRIDGE)
        header.ndm_ifindex = link
        header.ndm_state = UInt16(state)
        header.ndm_flags = UInt8(flags)
        return header
    }
}
