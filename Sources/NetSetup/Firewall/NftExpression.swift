import CShim

/// One expression of an nftables rule, the kernel's unit of matching and acting; `nft --debug=netlink` shows the same.
///
/// Registers are counted as the kernel does it: 1 to 4 hold 16 bytes each, 8 to 23 are their quarters. A concatenation
/// lies in registers that follow one another.
enum NftExpression: Sendable {
    case meta(nft_meta_keys, register: UInt32 = 1)
    case setMeta(nft_meta_keys)
    case fibAddressType(FirewallClause.Side)
    case fibWayBack
    case socketMark
    case connection(nft_ct_keys)
    case networkHeader(offset: UInt32, length: UInt32, register: UInt32 = 1)
    case transportHeader(offset: UInt32, length: UInt32, register: UInt32)
    case setTransportHeader(offset: UInt32, length: UInt32, checksumAt: UInt32)
    case mask(UInt32)
    case maskByte(UInt8)
    case compare(nft_cmp_ops, [UInt8])
    case lookup(set: String, inverted: Bool = false)
    case map(String)
    case load([UInt8])
    case verdict(CInt, chain: String? = nil)
    case nat(nft_nat_types, IPAddress.Family, portRegister: UInt32? = nil)
    case redirect
    case masquerade
    case reject(nft_reject_types, code: UInt8)

    private var name: String {
        switch self {
        case .meta, .setMeta: "meta"
        case .fibAddressType, .fibWayBack: "fib"
        case .socketMark: "socket"
        case .connection: "ct"
        case .networkHeader, .transportHeader, .setTransportHeader: "payload"
        case .mask, .maskByte: "bitwise"
        case .compare: "cmp"
        case .lookup, .map: "lookup"
        case .load, .verdict: "immediate"
        case .nat: "nat"
        case .redirect: "redir"
        case .masquerade: "masq"
        case .reject: "reject"
        }
    }

    /// The expression as libnftnl's object, which the caller gives to a rule; nil only without memory.
    func allocate() -> OpaquePointer? {
        guard let object = nftnl_expr_alloc(name) else { return nil }
        func number(_ attribute: Int, _ value: UInt32) { nftnl_expr_set_u32(object, UInt16(attribute), value) }
        func data(_ attribute: Int, _ bytes: [UInt8]) {
            nftnl_expr_set(object, UInt16(attribute), bytes, UInt32(bytes.count))
        }
        switch self {
        case .meta(let key, let register):
            number(NFTNL_EXPR_META_KEY, key.rawValue)
            number(NFTNL_EXPR_META_DREG, register)
        case .setMeta(let key):
            number(NFTNL_EXPR_META_KEY, key.rawValue)
            number(NFTNL_EXPR_META_SREG, 1)
        case .fibAddressType(let side):
            number(NFTNL_EXPR_FIB_RESULT, NFT_FIB_RESULT_ADDRTYPE.rawValue)
            number(NFTNL_EXPR_FIB_FLAGS, (side == .source ? NFTA_FIB_F_SADDR : NFTA_FIB_F_DADDR).rawValue)
            number(NFTNL_EXPR_FIB_DREG, 1)
        case .fibWayBack:
            number(NFTNL_EXPR_FIB_RESULT, NFT_FIB_RESULT_OIF.rawValue)
            number(
                NFTNL_EXPR_FIB_FLAGS,
                NFTA_FIB_F_SADDR.rawValue | NFTA_FIB_F_IIF.rawValue | NFTA_FIB_F_PRESENT.rawValue)
            number(NFTNL_EXPR_FIB_DREG, 1)
        case .socketMark:
            number(NFTNL_EXPR_SOCKET_KEY, NFT_SOCKET_MARK.rawValue)
            number(NFTNL_EXPR_SOCKET_DREG, 1)
        case .connection(let key):
            number(NFTNL_EXPR_CT_KEY, key.rawValue)
            number(NFTNL_EXPR_CT_DREG, 1)
        case .networkHeader(let offset, let length, let register):
            payload(NFT_PAYLOAD_NETWORK_HEADER, offset, length, register, number)
        case .transportHeader(let offset, let length, let register):
            payload(NFT_PAYLOAD_TRANSPORT_HEADER, offset, length, register, number)
        case .setTransportHeader(let offset, let length, let checksum):
            number(NFTNL_EXPR_PAYLOAD_BASE, NFT_PAYLOAD_TRANSPORT_HEADER.rawValue)
            number(NFTNL_EXPR_PAYLOAD_OFFSET, offset)
            number(NFTNL_EXPR_PAYLOAD_LEN, length)
            number(NFTNL_EXPR_PAYLOAD_SREG, 1)
            number(NFTNL_EXPR_PAYLOAD_CSUM_TYPE, NFT_PAYLOAD_CSUM_INET.rawValue)
            number(NFTNL_EXPR_PAYLOAD_CSUM_OFFSET, checksum)
        case .mask(let bits):
            number(NFTNL_EXPR_BITWISE_SREG, 1)
            number(NFTNL_EXPR_BITWISE_DREG, 1)
            number(NFTNL_EXPR_BITWISE_LEN, 4)
            data(NFTNL_EXPR_BITWISE_MASK, bits.hostBytes)
            data(NFTNL_EXPR_BITWISE_XOR, [0, 0, 0, 0])
        case .maskByte(let bits):
            number(NFTNL_EXPR_BITWISE_SREG, 1)
            number(NFTNL_EXPR_BITWISE_DREG, 1)
            number(NFTNL_EXPR_BITWISE_LEN, 1)
            data(NFTNL_EXPR_BITWISE_MASK, [bits])
            data(NFTNL_EXPR_BITWISE_XOR, [0])
        case .compare(let operation, let bytes):
            number(NFTNL_EXPR_CMP_SREG, 1)
            number(NFTNL_EXPR_CMP_OP, operation.rawValue)
            data(NFTNL_EXPR_CMP_DATA, bytes)
        case .lookup(let set, let inverted):
            number(NFTNL_EXPR_LOOKUP_SREG, 1)
            nftnl_expr_set_str(object, UInt16(NFTNL_EXPR_LOOKUP_SET), set)
            if inverted { number(NFTNL_EXPR_LOOKUP_FLAGS, NFT_LOOKUP_F_INV.rawValue) }
        case .map(let map):
            number(NFTNL_EXPR_LOOKUP_SREG, 1)
            number(NFTNL_EXPR_LOOKUP_DREG, 1)
            nftnl_expr_set_str(object, UInt16(NFTNL_EXPR_LOOKUP_SET), map)
        case .load(let bytes):
            number(NFTNL_EXPR_IMM_DREG, 1)
            data(NFTNL_EXPR_IMM_DATA, bytes)
        case .verdict(let verdict, let chain):
            number(NFTNL_EXPR_IMM_DREG, UInt32(NFT_REG_VERDICT.rawValue))
            number(NFTNL_EXPR_IMM_VERDICT, UInt32(bitPattern: verdict))
            if let chain { nftnl_expr_set_str(object, UInt16(NFTNL_EXPR_IMM_CHAIN), chain) }
        case .nat(let type, let family, let portRegister):
            number(NFTNL_EXPR_NAT_TYPE, type.rawValue)
            number(NFTNL_EXPR_NAT_FAMILY, family.netfilterNumber)
            number(NFTNL_EXPR_NAT_REG_ADDR_MIN, 1)
            if let portRegister { number(NFTNL_EXPR_NAT_REG_PROTO_MIN, portRegister) }
        case .redirect, .masquerade: break
        case .reject(let type, let code):
            number(NFTNL_EXPR_REJECT_TYPE, type.rawValue)
            nftnl_expr_set_u8(object, UInt16(NFTNL_EXPR_REJECT_CODE), code)
        }
        return object
    }

    private func payload(
        _ base: nft_payload_bases, _ offset: UInt32, _ length: UInt32, _ register: UInt32,
        _ number: (Int, UInt32) -> Void
    ) {
        number(NFTNL_EXPR_PAYLOAD_BASE, base.rawValue)
        number(NFTNL_EXPR_PAYLOAD_OFFSET, offset)
        number(NFTNL_EXPR_PAYLOAD_LEN, length)
        number(NFTNL_EXPR_PAYLOAD_DREG, register)
    }
}

extension IPAddress.Family {
    /// NFPROTO_IPV4 or NFPROTO_IPV6.
    var netfilterNumber: UInt32 { self == .v4 ? 2 : 10 }
}

extension UInt32 {
    /// The four bytes as they lie in memory.
    var hostBytes: [UInt8] { withUnsafeBytes(of: self) { Array($0) } }
}
