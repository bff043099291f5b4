import CShim
import SystemPackage

/// One netlink request as bytes, together with the words for what it asks.
public struct NetlinkMessage: Sendable {
    /// The flags of the message header (netlink(7)). NLM_F_REQUEST is always set; NLM_F_ACK and NLM_F_DUMP are set by
    /// the socket, according to what is awaited.
    public struct Flags: OptionSet, Sendable {
        /// The bits as they stand in `nlmsg_flags`.
        public let rawValue: UInt16

        /// From the bits of `nlmsg_flags`.
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// NLM_F_CREATE: make it when it is not there.
        public static let create = Flags(rawValue: UInt16(NLM_F_CREATE))
        /// NLM_F_EXCL: fail when it is there.
        public static let exclusive = Flags(rawValue: UInt16(NLM_F_EXCL))
        /// NLM_F_REPLACE: replace what is there.
        public static let replace = Flags(rawValue: UInt16(NLM_F_REPLACE))
        /// NLM_F_APPEND: add at the end of a list.
        public static let append = Flags(rawValue: UInt16(NLM_F_APPEND))
    }

    /// What it asks, from the user's object inward: the beginning of the error's text.
    public let asked: String
    /// The header and all that follows, padded; the sequence number is put in when it is sent.
    public internal(set) var bytes: [UInt8]
    /// The one refusal that is as good as success, if any: a second name that is taken.
    public var tolerated: Errno?
    /// Whether the attributes did not fit the capacity; such a message is refused before it is sent.
    let isTruncated: Bool

    /// Builds a message: in the closure first the protocol's own header, then the attributes.
    ///
    /// `capacity` is the room in bytes, header included.
    public init(
        _ asked: String, type: some BinaryInteger, flags: Flags = [], capacity: Int = 4096,
        _ build: (inout MessageBuilder) -> Void
    ) {
        self.asked = asked
        var builder = MessageBuilder(type: UInt16(type), flags: flags.rawValue, capacity: capacity)
        build(&builder)
        bytes = builder.bytes
        isTruncated = builder.isTruncated
    }

    /// Takes a copy of a message that a library wrote: `build` gets `capacity` zeroed bytes, aligned for a header, and
    /// returns the header that it put there (`nftnl_nlmsg_build_hdr` and the like).
    public init(
        _ asked: String, capacity: Int = 4096,
        writtenBy build: (UnsafeMutableRawPointer) -> UnsafeMutablePointer<nlmsghdr>
    ) {
        self.asked = asked
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        defer { buffer.deallocate() }
        buffer.initializeMemory(as: UInt8.self, repeating: 0, count: capacity)
        let header = build(buffer)
        let length = Int(header.pointee.nlmsg_len)
        isTruncated = length > capacity
        bytes = isTruncated ? [] : Array(UnsafeRawBufferPointer(start: header, count: length))
        while bytes.count % Int(MNL_ALIGNTO) != 0 { bytes.append(0) }
    }

    /// The same, with one refusal that is as good as success.
    public func tolerating(_ errno: Errno) -> NetlinkMessage {
        var message = self
        message.tolerated = errno
        return message
    }
}
