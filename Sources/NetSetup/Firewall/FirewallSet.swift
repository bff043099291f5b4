import CShim

/// A set of the table, or a map when it leads somewhere.
struct FirewallSet: Sendable {
    /// What a key or a value is made of: nft's data types, with the numbers by which it knows them (datatype.h).
    enum Field: UInt32, Sendable {
        case address4 = 7
        case address6 = 8
        case transport = 12
        case port = 13
        case ifname = 41

        var nftWord: String {
            switch self {
            case .address4: "ipv4_addr"
            case .address6: "ipv6_addr"
            case .transport: "inet_proto"
            case .port: "inet_service"
            case .ifname: "ifname"
            }
        }

        /// In bytes, as a part of a concatenation: filled to the next register of four.
        var length: UInt32 {
            switch self {
            case .address4, .transport, .port: 4
            case .address6, .ifname: 16
            }
        }

        /// nft's BYTEORDER_HOST_ENDIAN or BYTEORDER_BIG_ENDIAN.
        var byteOrder: UInt32 { self == .ifname ? 1 : 2 }
    }

    let name: String
    let key: [Field]
    let value: [Field]
    let comment: String?

    init(_ name: String, _ key: [Field], to value: [Field] = [], comment: String? = nil) {
        self.name = name
        self.key = key
        self.value = value
        self.comment = comment
    }

    var lines: [String] {
        let type = ([key] + (value.isEmpty ? [] : [value]))
            .map { $0.map(\.nftWord).joined(separator: " . ") }.joined(separator: " : ")
        let note = comment.map { ["\t\tcomment \"\($0)\""] } ?? []
        return ["\t\(value.isEmpty ? "set" : "map") \(name) {", "\t\ttype \(type)"] + note + ["\t}"]
    }

    /// NFT_MSG_NEWSET; `id` tells the sets of one transaction apart.
    func message(id: UInt32) -> NetlinkMessage {
        .nftables("create \(name) in table inet \(FirewallTable.name)", NFT_MSG_NEWSET, [.create]) { header in
            guard let set = nftnl_set_alloc() else { return }
            defer { nftnl_set_free(set) }
            func number(_ attribute: nftnl_set_attr, _ value: UInt32) {
                nftnl_set_set_u32(set, UInt16(attribute.rawValue), value)
            }
            nftnl_set_set_str(set, UInt16(NFTNL_SET_TABLE.rawValue), FirewallTable.name)
            nftnl_set_set_str(set, UInt16(NFTNL_SET_NAME.rawValue), name)
            number(NFTNL_SET_ID, id)
            number(NFTNL_SET_FLAGS, value.isEmpty ? 0 : NFT_SET_MAP.rawValue)
            number(NFTNL_SET_KEY_TYPE, Self.type(key))
            number(NFTNL_SET_KEY_LEN, key.reduce(0) { $0 + $1.length })
            var notes = UserData()
            notes.put(NFTNL_UDATA_SET_KEYBYTEORDER.rawValue, Self.byteOrder(key))
            if !value.isEmpty {
                number(NFTNL_SET_DATA_TYPE, Self.type(value))
                number(NFTNL_SET_DATA_LEN, value.reduce(0) { $0 + $1.length })
                notes.put(NFTNL_UDATA_SET_DATABYTEORDER.rawValue, Self.byteOrder(value))
            }
            if let comment { notes.put(NFTNL_UDATA_SET_COMMENT.rawValue, comment) }
            nftnl_set_set_data(set, UInt16(NFTNL_SET_USERDATA.rawValue), notes.bytes, UInt32(notes.bytes.count))
            nftnl_set_nlmsg_build_payload(header, set)
        }
    }

    /// nft's number for a concatenation: six bits for each part.
    private static func type(_ fields: [Field]) -> UInt32 { fields.reduce(0) { $0 << 6 | $1.rawValue } }
    private static func byteOrder(_ fields: [Field]) -> UInt32 { fields.count == 1 ? fields[0].byteOrder : 0 }
}

/// Notes that the kernel keeps beside an object without reading them: nft(8) finds its comments there.
struct UserData {
    private(set) var bytes: [UInt8] = []

    mutating func put(_ type: some BinaryInteger, _ text: String) { put(type, Array(text.utf8.prefix(127)) + [0]) }
    mutating func put(_ type: some BinaryInteger, _ number: UInt32) { put(type, number.hostBytes) }

    /// libnftnl's layout: type, length, content, a byte each for the first two and no padding (src/udata.c).
    private mutating func put(_ type: some BinaryInteger, _ content: [UInt8]) {
        bytes += [UInt8(type), UInt8(content.count)] + content
    }
}
