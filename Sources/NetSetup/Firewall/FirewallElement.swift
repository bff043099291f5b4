import CShim
import SystemPackage

/// One element of a set or map of the table: all that a network or a published port adds to it.
struct FirewallElement: Sendable, Hashable {
    let set: String
    /// Key and value as nft writes them.
    let text: String
    let key: [UInt8]
    let value: [UInt8]

    /// A bridge in a set of bridges.
    static func bridge(_ name: String, in set: String) -> Self {
        .init(set: set, text: "\"\(name)\"", key: name.interfaceBytes, value: [])
    }

    /// An interface by which packets come in and one by which they go out, in a set of pairs.
    static func pair(_ input: String, _ output: String, in set: String) -> Self {
        .init(
            set: set, text: "\"\(input)\" . \"\(output)\"", key: input.interfaceBytes + output.interfaceBytes,
            value: [])
    }

    /// A container's own address and port, open to neighbours with a route.
    static func direct(_ transport: TransportProtocol, _ port: UInt16, of address: IPAddress) -> Self {
        addressAndPort(address, transport, port, in: "direct")
    }

    /// A port of the host that takes frames from other hosts.
    static func tunnel(_ port: UInt16) -> Self {
        .init(
            set: "tunnels", text: "udp . \(port)",
            key: [TransportProtocol.udp.number, 0, 0, 0] + Self.register(port), value: [])
    }

    /// Another host, which takes frames on that port as well.
    static func peer(_ address: IPAddress, _ port: UInt16) -> Self { addressAndPort(address, .udp, port, in: "peers") }

    private static func addressAndPort(
        _ address: IPAddress, _ transport: TransportProtocol, _ port: UInt16, in sets: String
    ) -> Self {
        .init(
            set: sets + (address.family == .v4 ? "4" : "6"),
            text: "\(address) . \(transport.rawValue) . \(port)",
            key: address.bytes + [transport.number, 0, 0, 0] + Self.register(port), value: [])
    }

    /// Where a published port leads: `one` for one host address, `any` for all. Without a port inside, the guard address
    /// to which packets of host processes are sent (`hostone`, `hostany`).
    static func port(
        _ transport: TransportProtocol, _ port: UInt16, on address: IPAddress?, leadsTo target: IPAddress,
        _ targetPort: UInt16?
    ) -> Self {
        let name = (targetPort == nil ? "host" : "") + (address == nil ? "any" : "one")
        // Every part of a concatenation fills whole registers of four bytes.
        return .init(
            set: "\(name)\(target.family == .v4 ? "4" : "6")",
            text: (address.map { "\($0) . " } ?? "") + "\(transport.rawValue) . \(port) : \(target)"
                + (targetPort.map { " . \($0)" } ?? ""),
            key: (address?.bytes ?? []) + [transport.number, 0, 0, 0] + Self.register(port),
            value: target.bytes + (targetPort.map(Self.register) ?? []))
    }

    private static func register(_ port: UInt16) -> [UInt8] { [UInt8(port >> 8), UInt8(port & 0xff), 0, 0] }

    /// `nft add element ...` or `nft delete element ...`, without the word nft.
    func command(_ verb: String) -> String {
        // A deletion names the key alone.
        let what = verb == "add" ? text : text.components(before: " : ")
        return "\(verb) element inet \(FirewallTable.name) \(set) { \(what) }"
    }

    /// NFT_MSG_NEWSETELEM; an equal element that is there already is no error, one that leads elsewhere is EBUSY.
    var addition: NetlinkMessage { message("add", NFT_MSG_NEWSETELEM, [.create], withValue: true) }

    /// NFT_MSG_DELSETELEM; ENOENT when there is none.
    var deletion: NetlinkMessage { message("delete", NFT_MSG_DELSETELEM, [], withValue: false) }

    private func message(
        _ verb: String, _ type: nf_tables_msg_types, _ flags: NetlinkMessage.Flags, withValue: Bool
    ) -> NetlinkMessage {
        .nftables("\(verb) \(text) in \(set) of table inet \(FirewallTable.name)", type, flags) { header in
            guard let set = nftnl_set_alloc(), let element = nftnl_set_elem_alloc() else { return }
            defer { nftnl_set_free(set) }
            nftnl_set_set_str(set, UInt16(NFTNL_SET_TABLE.rawValue), FirewallTable.name)
            nftnl_set_set_str(set, UInt16(NFTNL_SET_NAME.rawValue), self.set)
            nftnl_set_elem_set(element, UInt16(NFTNL_SET_ELEM_KEY), key, UInt32(key.count))
            if withValue && !value.isEmpty {
                nftnl_set_elem_set(element, UInt16(NFTNL_SET_ELEM_DATA), value, UInt32(value.count))
            }
            // The set owns the element from here on.
            nftnl_set_elem_add(set, element)
            nftnl_set_elems_nlmsg_build_payload(header, set)
        }
    }
}

extension String {
    /// The text before the first `separator`; all of it when there is none.
    fileprivate func components(before separator: String) -> String {
        guard let range = firstRange(of: separator) else { return self }
        return String(self[..<range.lowerBound])
    }
}

extension NetlinkSocket {
    /// Adds elements in one transaction, in place of equal keys that lead elsewhere.
    ///
    /// Such a key is what a killed supervisor left behind: whoever calls this holds the port's reservation or the
    /// bridge, which is the proof that the key is nobody else's.
    func add(_ elements: [FirewallElement]) throws(NetlinkError) {
        guard !elements.isEmpty else { return }
        do {
            try request(NetlinkMessage.transaction(elements.map(\.addition)))
        } catch  where error.errno == .resourceBusy || error.errno == .fileExists {
            let stale = try present(elements)
            try request(NetlinkMessage.transaction(stale.map(\.deletion) + elements.map(\.addition)))
        }
    }

    /// Deletes elements in one transaction; those that are gone already (somebody flushed the table) are no error.
    func delete(_ elements: [FirewallElement]) throws(NetlinkError) { try replace(elements, by: []) }

    /// Deletes elements and adds others in one transaction, with the same tolerance for the deleted ones.
    func replace(_ old: [FirewallElement], by new: [FirewallElement]) throws(NetlinkError) {
        let additions = new.map(\.addition)
        guard !old.isEmpty || !new.isEmpty else { return }
        do {
            try request(NetlinkMessage.transaction(old.map(\.deletion) + additions))
        } catch  where error.errno == .noSuchFileOrDirectory {
            let rest = try present(old).map(\.deletion) + additions
            if !rest.isEmpty { try request(NetlinkMessage.transaction(rest)) }
        }
    }

    /// Those of the elements whose keys are in the kernel's table, wherever they lead.
    func present(_ elements: [FirewallElement]) throws(NetlinkError) -> [FirewallElement] {
        var found: [FirewallElement] = []
        for element in elements {
            do {
                if try get(element.question, { _ in true }) == true { found.append(element) }
            } catch  where error.errno == .noSuchFileOrDirectory { continue }
        }
        return found
    }
}

extension NetlinkSocket {
    /// What the kernel has under an element's key: nothing for a member of a plain set, nil when the key is not there.
    func value(of element: FirewallElement) throws(NetlinkError) -> [UInt8]? {
        do {
            return try get(element.question) { reply in
                reply.elements.first.map { $0.value ?? [] } ?? []
            }
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            return nil
        }
    }
}

extension FirewallElement {
    /// The element as nft would write it with another value.
    func describing(value: [UInt8]) -> String {
        let (size, key) = (self.value.count > 8 ? 16 : 4, text.components(before: " : "))
        guard let address = IPAddress(bytes: value.prefix(size)) else { return key }
        let port = value.dropFirst(size).prefix(2).reduce(0) { $0 << 8 | UInt16($1) }
        return "\(key) : \(address)" + (value.count > size ? " . \(port)" : "")
    }

    /// NFT_MSG_GETSETELEM for all elements of a set.
    static func list(of set: String) -> NetlinkMessage {
        .elements(of: set, in: FirewallTable.name, family: .inet)
    }

    /// NFT_MSG_GETSETELEM for this key.
    fileprivate var question: NetlinkMessage { message("look for", NFT_MSG_GETSETELEM, [], withValue: false) }
}

extension NetlinkReply {
    /// The elements that a page of a set tells of, by the bytes of the kernel's registers; a member of a plain set has no
    /// value.
    var elements: [(key: [UInt8], value: [UInt8]?)] {
        let list = attributes(after: nfgenmsg.self)[NFTA_SET_ELEM_LIST_ELEMENTS.rawValue]?.nested
        return list?.compactMap { element in
            func bytes(_ part: nft_set_elem_attributes) -> [UInt8]? {
                element.nested[part.rawValue]?.nested[NFTA_DATA_VALUE.rawValue]?.bytes
            }
            return bytes(NFTA_SET_ELEM_KEY).map { ($0, bytes(NFTA_SET_ELEM_DATA)) }
        } ?? []
    }
}
