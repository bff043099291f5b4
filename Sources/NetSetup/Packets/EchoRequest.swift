/// A ping's packet, from its ICMP header on (RFC 792, RFC 4443).
struct EchoRequest {
    /// Whose it is.
    var identifier: UInt16
    /// Which one.
    var sequence: UInt16
    /// What comes back.
    var payload: [UInt8]

    /// With its checksum, which in IPv6 is the kernel's own business.
    func bytes(_ family: IPAddress.Family) -> [UInt8] {
        var bytes: [UInt8] = [family == .v4 ? 8 : 128, 0, 0, 0]
        for number in [identifier, sequence] { bytes += [UInt8(number >> 8), UInt8(number & 0xff)] }
        bytes += payload
        guard family == .v4 else { return bytes }
        var sum: UInt32 = 0
        for place in stride(from: 0, to: bytes.count, by: 2) {
            sum += UInt32(bytes[place]) << 8 | (place + 1 < bytes.count ? UInt32(bytes[place + 1]) : 0)
        }
        while sum >> 16 != 0 { sum = sum & 0xffff + sum >> 16 }
        bytes[2] = UInt8(~sum >> 8 & 0xff)
        bytes[3] = UInt8(~sum & 0xff)
        return bytes
    }
}
