import CShim
import SystemPackage

/// The requests about links, addresses and routes, each named after the `ip` command that sends the same.
extension NetlinkMessage {
    /// `ip link add name NAME address MAC mtu MTU type bridge`.
    ///
    /// With its own address from the beginning, for otherwise a bridge takes that of its lowest port and changes it as
    /// ports come and go, and the neighbours' ARP caches with it.
    public static func createBridge(_ name: String, mac: MACAddress, mtu: Int? = nil) -> NetlinkMessage {
        NetlinkMessage("create bridge \(name)", type: RTM_NEWLINK, flags: [.create, .exclusive]) { message in
            message.putHeader(ifinfomsg())
            message.put(IFLA_IFNAME, name)
            message.put(IFLA_ADDRESS, mac)
            if let mtu { message.put(IFLA_MTU, UInt32(mtu)) }
            message.nest(IFLA_LINKINFO) { $0.put(IFLA_INFO_KIND, "bridge") }
        }
    }

    /// `ip link set dev NAME addrgenmode none mtu MTU up`, each part as wanted; without `isUp` it is left as it is, up or
    /// down.
    ///
    /// The kernel heeds these only for a link that exists: a bridge's MTU set at creation would follow its ports.
    /// `announcesAddresses` sets arp_notify: the kernel announces the link's IPv4 addresses by a gratuitous ARP whenever the
    /// link comes up or is given a link-layer address (inetdev_event).
    public static func setLink(
        _ name: String, mtu: Int? = nil, isUp: Bool = true, withoutLinkLocal: Bool = false,
        port: BridgePort? = nil, alias: String? = nil, mac: MACAddress? = nil, announcesAddresses: Bool = false
    ) -> NetlinkMessage {
        NetlinkMessage("set link \(name)\(isUp ? " up" : "")", type: RTM_NEWLINK) { message in
            var header = ifinfomsg()
            if isUp {
                header.ifi_flags = UInt32(IFF_UP)
                header.ifi_change = UInt32(IFF_UP)
            }
            message.putHeader(header)
            message.put(IFLA_IFNAME, name)
            if let mtu { message.put(IFLA_MTU, UInt32(mtu)) }
            if let mac { message.put(IFLA_ADDRESS, mac) }
            if let alias { message.put(IFLA_IFALIAS, alias) }
            if let port {
                message.nest(IFLA_LINKINFO) { info in
                    info.put(IFLA_INFO_SLAVE_KIND, "bridge")
                    info.nest(IFLA_INFO_SLAVE_DATA) { data in
                        data.put(IFLA_BRPORT_MODE, UInt8(port.hairpin ? 1 : 0))
                        data.put(IFLA_BRPORT_ISOLATED, UInt8(port.isolated ? 1 : 0))
                    }
                }
            }
            if withoutLinkLocal || announcesAddresses {
                message.nest(IFLA_AF_SPEC) { families in
                    if announcesAddresses {
                        families.nest(AF_INET) { family in
                            family.nest(IFLA_INET_CONF) { $0.put(IPV4_DEVCONF_ARP_NOTIFY, UInt32(1)) }
                        }
                    }
                    if withoutLinkLocal {
                        families.nest(AF_INET6) {
                            $0.put(IFLA_INET6_ADDR_GEN_MODE, UInt8(IN6_ADDR_GEN_MODE_NONE.rawValue))
                        }
                    }
                }
            }
        }
    }

    /// `ip link set dev NAME address MAC`. The address may be the one that the link has: it is news all the same, and with
    /// arp_notify the kernel announces the link's IPv4 addresses.
    public static func setAddress(_ mac: MACAddress, of name: String) -> NetlinkMessage {
        NetlinkMessage("set the address of link \(name) to \(mac)", type: RTM_NEWLINK) { message in
            message.putHeader(ifinfomsg())
            message.put(IFLA_IFNAME, name)
            message.put(IFLA_ADDRESS, mac)
        }
    }

    /// `ip link add dev NAME mtu MTU master BRIDGE type veth peer name PEER address MAC mtu MTU netns FILE`.
    ///
    /// The peer is born under its own name inside the namespace that `namespace` (an nsfs descriptor) stands for: no
    /// rename, no move, and no moment at which the host sees it. `master` and `namespace` are optional.
    public static func createVeth(
        _ name: String, mtu: Int?, master: CInt?, peer: String, peerMAC: MACAddress?, namespace: CInt?
    ) -> NetlinkMessage {
        NetlinkMessage("create veth \(name)", type: RTM_NEWLINK, flags: [.create, .exclusive]) { message in
            message.putHeader(ifinfomsg())
            message.put(IFLA_IFNAME, name)
            if let mtu { message.put(IFLA_MTU, UInt32(mtu)) }
            if let master { message.put(IFLA_MASTER, master) }
            message.nest(IFLA_LINKINFO) { info in
                info.put(IFLA_INFO_KIND, "veth")
                info.nest(IFLA_INFO_DATA) { data in
                    data.nest(VETH_INFO_PEER) { end in
                        end.putHeader(ifinfomsg())
                        end.put(IFLA_IFNAME, peer)
                        if let peerMAC { end.put(IFLA_ADDRESS, peerMAC) }
                        if let mtu { end.put(IFLA_MTU, UInt32(mtu)) }
                        if let namespace { end.put(IFLA_NET_NS_FD, namespace) }
                    }
                }
            }
        }
    }

    /// `ip link property add dev NAME altname OTHER`; another link that still has the name is no failure.
    public static func addAlternativeName(_ other: String, to name: String) -> NetlinkMessage {
        var message = NetlinkMessage(
            "give link \(name) the name \(other)", type: RTM_NEWLINKPROP, flags: [.create, .exclusive, .append]
        ) { message in
            message.putHeader(ifinfomsg())
            message.put(IFLA_IFNAME, name)
            message.nest(IFLA_PROP_LIST) { $0.put(IFLA_ALT_IFNAME, other) }
        }
        // The veth of an earlier container of this name may still be dying with its namespace.
        message.tolerated = .fileExists
        return message
    }

    /// `ip link delete dev NAME`. For a veth this waits 15 to 45 ms: let its namespace die instead.
    public static func deleteLink(_ name: String) -> NetlinkMessage {
        NetlinkMessage("delete link \(name)", type: RTM_DELLINK) { message in
            message.putHeader(ifinfomsg())
            message.put(IFLA_IFNAME, name)
        }
    }

    /// `ip address add PREFIX brd + dev LINK`, for IPv6 with `nodad`.
    ///
    /// Nobody else has the address, which a lease makes sure of; without duplicate address detection it can be used at
    /// once, and a hairpin port, which hears its own question, does not take it for a duplicate.
    public static func addAddress(_ prefix: IPPrefix, to link: CInt, named name: String) -> NetlinkMessage {
        NetlinkMessage("add address \(prefix) to \(name)", type: RTM_NEWADDR, flags: [.create, .exclusive]) { message in
            var header = ifaddrmsg()
            header.ifa_family = UInt8(prefix.address.family.rawValue)
            header.ifa_prefixlen = UInt8(prefix.length)
            header.ifa_index = UInt32(link)
            if prefix.address.family == .v6 { header.ifa_flags = UInt8(IFA_F_NODAD) }
            message.putHeader(header)
            message.put(IFA_LOCAL, prefix.address)
            message.put(IFA_ADDRESS, prefix.address)
            if prefix.address.family == .v4, prefix.length < 31 { message.put(IFA_BROADCAST, prefix.last) }
        }
    }

    /// `ip address delete PREFIX dev LINK`; one that is gone already is no failure.
    public static func deleteAddress(_ prefix: IPPrefix, from link: CInt, named name: String) -> NetlinkMessage {
        var message = NetlinkMessage("delete address \(prefix) from \(name)", type: RTM_DELADDR) { message in
            var header = ifaddrmsg()
            header.ifa_family = UInt8(prefix.address.family.rawValue)
            header.ifa_prefixlen = UInt8(prefix.length)
            header.ifa_index = UInt32(link)
            message.putHeader(header)
            message.put(IFA_LOCAL, prefix.address)
        }
        message.tolerated = Errno(rawValue: EADDRNOTAVAIL)
        return message
    }

    /// `ip route add DESTINATION via GATEWAY dev LINK`; nil as destination is `default`; `ip route replace` when `replacing`.
    public static func addRoute(
        to destination: IPPrefix? = nil, via gateway: IPAddress, on link: CInt, named name: String,
        replacing: Bool = false
    ) -> NetlinkMessage {
        let route = "route \(destination?.description ?? "default") via \(gateway) on \(name)"
        let flags: NetlinkMessage.Flags = replacing ? [.create, .replace] : [.create, .exclusive]
        return NetlinkMessage("\(replacing ? "set" : "add") \(route)", type: RTM_NEWROUTE, flags: flags) { message in
            var header = rtmsg()
            header.rtm_family = UInt8(gateway.family.rawValue)
            header.rtm_dst_len = UInt8(destination?.length ?? 0)
            header.rtm_table = UInt8(RT_TABLE_MAIN.rawValue)
            header.rtm_protocol = UInt8(RTPROT_BOOT)
            header.rtm_scope = UInt8(RT_SCOPE_UNIVERSE.rawValue)
            header.rtm_type = UInt8(RTN_UNICAST)
            message.putHeader(header)
            if let destination { message.put(RTA_DST.rawValue, destination.address) }
            message.put(RTA_GATEWAY.rawValue, gateway)
            message.put(RTA_OIF.rawValue, UInt32(link))
        }
    }
}

/// What a bridge is told about one of its ports.
public struct BridgePort: Sendable, Equatable {
    /// May send a frame back out of the port it came from: needed by a container that calls its own published port.
    public var hairpin: Bool
    /// Hears only ports that are not isolated: containers that may not talk to each other (icc off).
    public var isolated: Bool

    /// Describes a port.
    public init(hairpin: Bool = true, isolated: Bool = false) {
        self.hairpin = hairpin
        self.isolated = isolated
    }

    /// The same as options of `ip link set type bridge_slave`.
    var shell: String { "hairpin \(hairpin ? "on" : "off")\(isolated ? " isolated on" : "")" }
}
