import CShim

extension LoopPair {
    /// Both ends have the same address and ask no ARP, so a frame that leaves by one is for the other.
    private static let mac = "02:6d:69:6e:69:00"

    private static let loopback4 = IPAddress(v4: 0x7f00_0001)
    private static let loopback6 = IPPrefix(IPAddress(v6: 0, 1), length: 128)
    /// The address that `redirect` finds on the inward end.
    private static let redirected6 = guards6.advanced(by: 0x8002)

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
                route(IPPrefix(end.1, length: 25), on: index, end.0, from: end.0 == inward ? loopback4 : nil)
            }
    }

    /// The IPv6 routes; refused with EACCES where IPv6 is switched off for the interfaces.
    static func routes6(_ outwardIndex: CInt, _ inwardIndex: CInt) -> [NetlinkMessage] {
        return zip(routes6, [outwardIndex, inwardIndex]).map { end, index in
            route(IPPrefix(end.1, length: 113), on: index, end.0)
        }
            + [
                // An answer to ::1 comes in by one end and a question to it by the other, where the kernel knows no ::1.
                route(loopback6, on: outwardIndex, outward, metric: 4096),
                route(loopback6, on: inwardIndex, inward, metric: 4097),
                answering(inwardIndex),
            ].compactMap(\.self)
    }

    /// A UDP server that is bound to all addresses must answer from the one that `redirect` gave the question.
    private static func answering(_ index: CInt) -> NetlinkMessage? {
        IPPrefix(redirected6, length: 128).map { prefix in
            var message = NetlinkMessage.addAddress(prefix, to: index, named: inward)
            message.tolerated = .fileExists
            return message
        }
    }

    private static func route(
        _ destination: IPPrefix?, on index: CInt, _ name: String, from source: IPAddress? = nil, metric: UInt32? = nil
    ) -> NetlinkMessage {
        // Only what leads to the host itself has a metric: behind the kernel's own route, which it may not replace.
        let isLocal = metric != nil
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
            if let source { message.put(RTA_PREFSRC.rawValue, source) }
            if let metric { message.put(RTA_PRIORITY.rawValue, metric) }
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
            + routes4.map {
                "ip route replace \($0.1)/25 dev \($0.0) scope link\($0.0 == inward ? " src 127.0.0.1" : "")"
            }
            + (hasIPv6
                ? routes6.map { "ip -6 route replace \($0.1)/113 dev \($0.0)" }
                    + [
                        "ip -6 route replace local ::1/128 dev \(outward) table local metric 4096",
                        "ip -6 route replace local ::1/128 dev \(inward) table local metric 4097",
                        "ip address add \(redirected6)/128 dev \(inward) nodad",
                    ] : [])
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
