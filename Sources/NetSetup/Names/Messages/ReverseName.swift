extension DNSName {
    /// The name under which an address's own name is asked for: `2.0.17.172.in-addr.arpa` (RFC 1035, section 3.5), or the
    /// 32 digits of an IPv6 address under `ip6.arpa` (RFC 3596, section 2.5).
    public init?(reverseOf address: IPAddress) {
        let labels =
            address.family == .v4
            ? address.bytes.map { String($0) }
            : address.bytes.flatMap { [String($0 >> 4, radix: 16), String($0 & 0xf, radix: 16)] }
        self.init(labels.reversed().joined(separator: ".") + (address.family == .v4 ? ".in-addr.arpa" : ".ip6.arpa"))
    }

    /// The address that this name asks for; nil for any other name, one of a whole subnet included.
    public var reversedAddress: IPAddress? {
        let labels = labels.map { label in label.map(\.lowered) }
        guard labels.last == Array("arpa".utf8) else { return nil }
        let parts = Array(labels.dropLast(2).reversed())
        switch (labels.dropLast().last.map { String(decoding: $0, as: UTF8.self) }, parts.count) {
        case ("in-addr", 4):
            // Digits only, and no zero in front: each address has one name.
            let numbers = parts.compactMap { part in
                UInt8(String(decoding: part, as: UTF8.self)).flatMap { Array(String($0).utf8) == part ? $0 : nil }
            }
            return numbers.count == 4 ? IPAddress(bytes: numbers) : nil
        case ("ip6", 32):
            let digits = parts.compactMap { part in
                part.count == 1 ? Character(UnicodeScalar(part[0])).hexDigitValue.map { UInt8($0) } : nil
            }
            guard digits.count == 32 else { return nil }
            return IPAddress(bytes: (0..<16).map { digits[2 * $0] << 4 | digits[2 * $0 + 1] })
        default: return nil
        }
    }
}
