import CShim

/// An object as the kernel put it into a dump, without the message's header: what `ip route save` writes into a file. All
/// that the kernel knows of it is in there, also what we have no word for, so it can be put back as it was.
public struct NetlinkImage: Sendable, Hashable {
    /// The protocol's own header (`rtmsg`, `ifaddrmsg`), then the attributes.
    public let bytes: [UInt8]

    init(_ reply: NetlinkReply) {
        let count = mnl_nlmsg_get_payload_len(reply.header)
        bytes = Array(UnsafeRawBufferPointer(start: mnl_nlmsg_get_payload(reply.header), count: count))
    }

    /// From hexadecimal digits; nil for anything else.
    public init?(hexadecimal text: String) {
        let digits = Array(text.utf8)
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        self.bytes = bytes
    }

    /// Two digits a byte.
    public var hexadecimal: String { bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }

    /// The protocol's own header; nil when there are too few bytes.
    func header<Header: BitwiseCopyable>(as type: Header.Type) -> Header? {
        bytes.withUnsafeBytes { $0.count >= MemoryLayout<Header>.size ? $0.loadUnaligned(as: type) : nil }
    }

    /// Calls `body` with each attribute, in their order.
    func forEachAttribute<Header>(after type: Header.Type, _ body: (AttributeReader.Attribute) -> Void) {
        let alignment = Int(MNL_ALIGNTO)
        let start = (MemoryLayout<Header>.size + alignment - 1) & ~(alignment - 1)
        bytes.withUnsafeBytes { raw in
            for attribute in AttributeReader(UnsafeRawBufferPointer(rebasing: raw.dropFirst(start))) { body(attribute) }
        }
    }
}
