import CShim

extension NetlinkSocket {
    /// `bridge vlan show`: the ports, and bridges themselves, whose untagged frames belong to a VLAN (its PVID), by their
    /// numbers. Without VLAN filtering it does not matter. Throws `NetlinkError`.
    public func linksWithPVID() throws(NetlinkError) -> Set<CInt> {
        let message = NetlinkMessage("list the VLANs of bridges", type: RTM_GETLINK) { message in
            var header = ifinfomsg()
            header.ifi_family = UInt8(AF_BRIDGE)
            message.putHeader(header)
            message.put(IFLA_EXT_MASK, UInt32(RTEXT_FILTER_BRVLAN))
        }
        return Set(
            try dump(message) { reply -> CInt? in
                let vlans = reply.attributes(after: ifinfomsg.self)[IFLA_AF_SPEC]?.nested.filter {
                    $0.type == Int(IFLA_BRIDGE_VLAN_INFO)
                }
                let flags = vlans?.compactMap { $0.value(as: bridge_vlan_info.self)?.flags } ?? []
                return flags.contains { Int($0) & Int(BRIDGE_VLAN_INFO_PVID) != 0 }
                    ? reply.header(as: ifinfomsg.self)?.ifi_index : nil
            })
    }
}
