import CShim

extension LoopPair {
    /// Both ends have the same address and ask no ARP, so a frame that leaves by one is for the other.
    private static let mac = "02:6d:69:6e:69:00"

    private static let routes4: [(String, IPAddress)] = [(outward, guards4), (inward, guards4.advanced(by: 128))]
    private static let routes6: [(String, IPAddress)] = [(outward, guards6), (inward, guards6.advanced(by: 0x8000))]

    /// The pair itself; EEXIST when it is there.
    static var creation: NetlinkMessage {
        NetlinkMessage("create veth \(outward)", type: RTM_NEWLINK, flags: [.create, .exclusive]) { message in
            message.putEnd(outward)
            message.nest(IFLA_LINKINFO) { info in
                info.put(IFLA_INFO_KIND, "veth")
                info.nest(IFLA_INFO_DATA) { $0.nest(VETH_INFO_PEER) { $0.putEnd(inward) } }
            }
        }
    }

    /// Settings and IPv4 routes, each of which may be repeated; the numbers are the interfaces' indices.
    static func settings(_ outwardIndex: CInt, _ inwardIndex: CInt, hasIPv6: Bool) -> [NetlinkMessage] {
        [outward, inward].flatMap { name in
            [
                NetlinkMessage("set up \(name)", type: RTM_NEWLINK) { message in
                    message.putHeader(ifinfomsg())
                    message.put(IFLA_IFNAME, name)
                    message.nest(IFLA_AF_SPEC) { families in
                        families.nest(AF_INET) { family in
                            family.nest(IFLA_INET_CONF) {
                                $0.put(IPV4_DEVCONF_ROUTE_LOCALNET, UInt32(1))
                            }
                        }
                        if hasIPv6 {
                            families.nest(AF_INET6) {
                                $0.put(IFLA_INET6_ADDR_GEN_MODE, UInt8(IN6_ADDR_GEN_MODE_NONE.rawValue))
                            }
                        }
                    }
                },
                .setLink(name),
            ]
        }
            + zip(routes4, [outwardIndex, inwardIndex]).map { end, index in
                route(IPPrefix(end.1, length: 25), on: index, end.0)
            }
    }

    /// The IPv6 routes; refused with EACCES where IPv6 is switched off for the interfaces.
    static func routes6(_ outwardIndex: CInt, _ inwardIndex: CInt) -> [NetlinkMessage] {
        zip(routes6, [outwardIndex, inwardIndex]).map { end, index in
            route(IPPrefix(end.1, length: 113), on: index, end.0)
        } + [
            // An answer to ::1 comes in by this end, where the kernel expects no loopback address.
            route(IPPrefix(IPAddress(v6: 0, 1), length: 128), on: outwardIndex, outward, isLocal: true)
        ]
    }

    private static func route(
        _ destination: IPPrefix?, on index: CInt, _ name: String, isLocal: Bool = false
    ) -> NetlinkMessage {
        let asked = "add route \(destination?.description ?? "") on \(name)"
        return NetlinkMessage(asked, type: RTM_NEWROUTE, flags: [.create, .replace]) { message in
            guard let destination else { return }
            var header = rtmsg()
            header.rtm_family = UInt8(destination.address.family.rawValue)
            header.rtm_dst_len = UInt8(destination.length)
            header.rtm_table = UInt8(isLocal ? RT_TABLE_LOCAL.rawValue : RT_TABLE_MAIN.rawValue)
            header.rtm_protocol = UInt8(RTPROT_BOOT)
            header.rtm_scope = UInt8(
                destination.address.family == .v4 ? RT_SCOPE_LINK.rawValue : RT_SCOPE_UNIVERSE.rawValue)
            header.rtm_type = UInt8(isLocal ? RTN_LOCAL : RTN_UNICAST)
            message.putHeader(header)
            message.put(RTA_DST.rawValue, destination.address)
            message.put(RTA_OIF.rawValue, UInt32(index))
            // Behind the kernel's own route for ::1, which it may not replace.
            if isLocal { message.put(RTA_PRIORITY.rawValue, UInt32(4096)) }
        }
    }

    /// The same by `ip`.
    static func shell(hasIPv6: Bool) -> [String] {
        let generation = hasIPv6 ? " addrgenmode none" : ""
        return [
            "ip link add name \(outward) address \(mac) type veth peer name \(inward) address \(mac)"
        ]
            + [outward, inward].flatMap { name in
                [
                    "echo 1 >/proc/sys/net/ipv4/conf/\(name)/route_localnet",
                    "ip link set dev \(name) arp off\(generation)",
                    "ip link set dev \(name) up",
                ]
            }
            + routes4.map { "ip route replace \($0.1)/25 dev \($0.0) scope link" }
            + (hasIPv6
                ? routes6.map { "ip -6 route replace \($0.1)/113 dev \($0.0)" }
                    + ["ip -6 route replace local ::1/128 dev \(outward) table local metric 4096"] : [])
    }

    fileprivate static var macAddress: MACAddress? { MACAddress(mac) }
}

extension MessageBuilder {
    fileprivate mutating func putEnd(_ name: String) {
        var header = ifinfomsg()
        header.ifi_flags = UInt32(IFF_NOARP)
        header.ifi_change = UInt32(IFF_NOARP)
        putHeader(header)
        put(IFLA_IFNAME, name)
        if let mac = LoopPair.macAddress { put(IFLA_ADDRESS, mac) }
    }
}
