import CShim

/// Writes one netlink message: the header, the protocol's own header, then attributes; lengths and padding are libmnl's.
///
/// Made by `NetlinkMessage.init`. A new attribute costs one line; the constant's name is the one of the kernel's header.
public struct MessageBuilder: ~Copyable {
    private let buffer: UnsafeMutableRawPointer
    private let capacity: Int
    private(set) var isTruncated = false

    /// The header of the message under construction, for libraries that put attributes themselves; valid as long as
    /// this builder.
    public let header: UnsafeMutablePointer<nlmsghdr>

    init(type: UInt16, flags: UInt16, capacity: Int) {
        self.capacity = capacity
        buffer = .allocate(byteCount: capacity, alignment: 16)
        // libmnl before 1.0.5 leaves the bytes between attributes as they are: what the heap held would go to the kernel.
        buffer.initializeMemory(as: UInt8.self, repeating: 0, count: capacity)
        header = mnl_nlmsg_put_header(buffer)
        header.pointee.nlmsg_type = type
        header.pointee.nlmsg_flags = UInt16(NLM_F_REQUEST) | flags
    }

    deinit {
        buffer.deallocate()
    }

    var bytes: [UInt8] { Array(UnsafeRawBufferPointer(start: buffer, count: Int(header.pointee.nlmsg_len))) }

    /// Puts the protocol's own header (`ifinfomsg`, `rtmsg`, `nfgenmsg`), padded; before the first attribute.
    public mutating func putHeader<Header: BitwiseCopyable>(_ value: Header) {
        let size = MemoryLayout<Header>.size
        guard Int(header.pointee.nlmsg_len) + size + Int(MNL_ALIGNTO) <= capacity else { return isTruncated = true }
        mnl_nlmsg_put_extra_header(header, size).storeBytes(of: value, as: Header.self)
    }

    /// Puts a number in the host's byte order, as wide as its type; with `.bigEndian` on the value, in network order.
    public mutating func put(_ type: some BinaryInteger, _ value: some FixedWidthInteger & BitwiseCopyable) {
        withUnsafeBytes(of: value) { put(type, bytes: $0) }
    }

    /// Puts a text with its terminating zero.
    public mutating func put(_ type: some BinaryInteger, _ text: String) {
        note(mnl_attr_put_strz_check(header, capacity, UInt16(type), text))
    }

    /// Puts bytes as they are.
    public mutating func put(_ type: some BinaryInteger, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { put(type, bytes: $0) }
    }

    /// Puts an address in network order: 4 or 16 bytes.
    public mutating func put(_ type: some BinaryInteger, _ address: IPAddress) {
        put(type, address.bytes)
    }

    /// Puts a link-layer address.
    public mutating func put(_ type: some BinaryInteger, _ address: MACAddress) {
        put(type, address.bytes)
    }

    /// Puts an attribute that contains the attributes which `body` puts (NLA_F_NESTED is set).
    public mutating func nest(_ type: some BinaryInteger, _ body: (inout MessageBuilder) -> Void) {
        guard let start = mnl_attr_nest_start_check(header, capacity, UInt16(type)) else { return isTruncated = true }
        body(&self)
        mnl_attr_nest_end(header, start)
    }

    private mutating func put(_ type: some BinaryInteger, bytes: UnsafeRawBufferPointer) {
        note(
            mnl_attr_put_check(
                header, capacity, UInt16(type), bytes.count, bytes.baseAddress ?? UnsafeRawPointer(header)))
    }

    private mutating func note(_ fitted: Bool) {
        if !fitted { isTruncated = true }
    }
}
