import CShim

/// One message of an answer. A view into the socket's buffer: valid only within the closure that gets it.
public struct NetlinkReply {
    /// The whole message, for libraries that parse it themselves (`nftnl_table_nlmsg_parse`).
    public let header: UnsafePointer<nlmsghdr>

    /// The message type, as `RTM_NEWLINK`.
    public var type: UInt16 { header.pointee.nlmsg_type }

    private var payload: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: mnl_nlmsg_get_payload(header), count: mnl_nlmsg_get_payload_len(header))
    }

    /// The protocol's own header (`ifinfomsg`, `rtmsg`); nil when the message is too short for it.
    public func header<Header: BitwiseCopyable>(as type: Header.Type) -> Header? {
        payload.count >= MemoryLayout<Header>.size ? payload.loadUnaligned(as: type) : nil
    }

    /// The attributes after that header.
    public func attributes<Header: BitwiseCopyable>(after type: Header.Type) -> AttributeReader {
        let alignment = Int(MNL_ALIGNTO)
        let start = (MemoryLayout<Header>.size + alignment - 1) & ~(alignment - 1)
        return AttributeReader(UnsafeRawBufferPointer(rebasing: payload.dropFirst(start)))
    }
}

/// Walks over the attributes of a message or of a nested attribute; stops at the first one whose length is impossible.
///
/// Unknown attributes are passed over by whoever does not ask for them. A view: valid as long as the buffer below it.
public struct AttributeReader: Sequence, IteratorProtocol {
    /// One attribute: its type without the flag bits, and its content.
    public struct Attribute {
        /// The type, NLA_F_NESTED and NLA_F_NET_BYTEORDER taken off.
        public let type: Int
        /// The content, without padding.
        public let content: UnsafeRawBufferPointer

        /// The attributes within.
        public var nested: AttributeReader { AttributeReader(content) }
        /// The bytes, copied.
        public var bytes: [UInt8] { Array(content) }
        /// The text up to its terminating zero.
        public var text: String { String(decoding: content.prefix { $0 != 0 }, as: UTF8.self) }

        /// The content as a number or C structure in the host's byte order; nil when it is too short.
        public func value<Value: BitwiseCopyable>(as type: Value.Type = Value.self) -> Value? {
            content.count >= MemoryLayout<Value>.size ? content.loadUnaligned(as: type) : nil
        }
    }

    private var rest: UnsafeRawBufferPointer

    /// Reads the attributes that lie one after the other in these bytes.
    public init(_ bytes: UnsafeRawBufferPointer) {
        rest = bytes
    }

    /// The next attribute.
    public mutating func next() -> Attribute? {
        let headerSize = MemoryLayout<nlattr>.size
        guard rest.count >= headerSize else { return nil }
        let header = rest.loadUnaligned(as: nlattr.self)
        let length = Int(header.nla_len)
        guard length >= headerSize, length <= rest.count else { return nil }
        let content = UnsafeRawBufferPointer(rebasing: rest[headerSize..<length])
        let alignment = Int(MNL_ALIGNTO)
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst((length + alignment - 1) & ~(alignment - 1)))
        // NLA_TYPE_MASK, whose definition (~(NLA_F_NESTED | NLA_F_NET_BYTEORDER)) Swift cannot import.
        return Attribute(type: Int(header.nla_type & 0x3fff), content: content)
    }

    /// The first attribute of this type.
    public subscript(type: some BinaryInteger) -> Attribute? {
        first { $0.type == Int(type) }
    }
}
