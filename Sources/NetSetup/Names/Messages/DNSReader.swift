/// Reads one message from front to back; every length is checked before it is used.
struct DNSReader {
    private let bytes: [UInt8]
    private(set) var offset: Int

    init(_ bytes: [UInt8], at offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    var isAtEnd: Bool { offset == bytes.count }

    mutating func byte() throws(DNSFault) -> UInt8 {
        guard offset < bytes.count else { throw .short }
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func number() throws(DNSFault) -> UInt16 {
        let high = try byte()
        return UInt16(high) << 8 | UInt16(try byte())
    }

    mutating func longNumber() throws(DNSFault) -> UInt32 {
        let high = try number()
        return UInt32(high) << 16 | UInt32(try number())
    }

    mutating func data(_ count: Int) throws(DNSFault) -> [UInt8] {
        guard bytes.count - offset >= count else { throw .short }
        defer { offset += count }
        return Array(bytes[offset..<offset + count])
    }

    /// A name, compressed or not (RFC 1035, section 4.1.4). Each pointer has to lead before the place where the labels that it
    /// ends began, so whatever somebody sends, there is an end to it.
    mutating func name() throws(DNSFault) -> DNSName {
        var wire: [UInt8] = []
        var place = offset
        var start = offset
        var end: Int?
        while true {
            guard place < bytes.count else { throw .short }
            let length = Int(bytes[place])
            switch length {
            case 0:
                wire.append(0)
                guard wire.count <= 255 else { throw .name }
                offset = end ?? place + 1
                return DNSName(unchecked: wire)
            case 1...63:
                guard place + length < bytes.count else { throw .short }
                wire += bytes[place...place + length]
                guard wire.count < 255 else { throw .name }
                place += 1 + length
            case 0xc0...:
                guard place + 1 < bytes.count else { throw .short }
                let target = (length & 0x3f) << 8 | Int(bytes[place + 1])
                guard target < start else { throw .pointer }
                end = end ?? place + 2
                start = target
                place = target
            default: throw .label
            }
        }
    }
}
