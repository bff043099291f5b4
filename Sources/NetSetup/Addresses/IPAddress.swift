import CShim

/// An IPv4 or IPv6 address as its bytes in network order, 4 or 16 of them.
public struct IPAddress: Sendable, Hashable, Comparable, LosslessStringConvertible {
    /// The address family, as `ip` names it.
    public enum Family: Sendable, Hashable {
        case v4, v6

        /// AF_INET or AF_INET6.
        public var rawValue: CInt { self == .v4 ? AF_INET : AF_INET6 }
        /// 32 or 128.
        public var bits: Int { self == .v4 ? 32 : 128 }
    }

    /// The family, which follows from the number of bytes.
    public let family: Family
    private let high: UInt64
    private let low: UInt64

    /// An IPv4 address from its number in host order.
    public init(v4 number: UInt32) {
        family = .v4
        high = 0
        low = UInt64(number)
    }

    /// An IPv6 address from its two halves in host order.
    public init(v6 high: UInt64, _ low: UInt64) {
        family = .v6
        self.high = high
        self.low = low
    }

    /// From 4 or 16 bytes in network order; nil for any other count.
    public init?(bytes: some Collection<UInt8>) {
        switch bytes.count {
        case 4: self.init(v4: bytes.reduce(0) { $0 << 8 | UInt32($1) })
        case 16:
            let high = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            self.init(v6: high, bytes.dropFirst(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        default: return nil
        }
    }

    /// Parses what `inet_pton(3)` accepts: `192.0.2.1`, `2001:db8::1`; no zone, no brackets, no leading zeros.
    public init?(_ text: String) {
        var buffer = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &buffer) == 1 {
            self.init(bytes: buffer.prefix(4))
        } else if inet_pton(AF_INET6, text, &buffer) == 1 {
            self.init(bytes: buffer)
        } else {
            return nil
        }
    }

    /// The bytes in network order.
    public var bytes: [UInt8] {
        func split(_ half: UInt64) -> [UInt8] {
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> UInt64($0)) }
        }
        return family == .v4 ? Array(split(low).suffix(4)) : split(high) + split(low)
    }

    /// The canonical text (RFC 5952 for IPv6).
    public var description: String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        return bytes.withUnsafeBytes { raw in
            guard inet_ntop(family.rawValue, raw.baseAddress, &buffer, socklen_t(buffer.count)) != nil else {
                return "?"
            }
            return buffer.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "?" }
        }
    }

    /// `192.0.2.1` or `[2001:db8::1]`: as it stands before `:port`.
    public var bracketed: String { family == .v4 ? description : "[\(description)]" }

    /// Whether it is in 127.0.0.0/8 or ::1.
    public var isLoopback: Bool { family == .v4 ? low >> 24 == 127 : high == 0 && low == 1 }
    /// Whether it is 0.0.0.0 or ::.
    public var isUnspecified: Bool { high == 0 && low == 0 }
    /// Whether it is in 169.254.0.0/16 or fe80::/10.
    public var isLinkLocal: Bool { family == .v4 ? low >> 16 == 0xa9fe : high >> 54 == 0x3fa }

    /// Whether it is in 224.0.0.0/4 or ff00::/8.
    public var isMulticast: Bool { family == .v4 ? low >> 28 == 0xe : high >> 56 == 0xff }

    /// The wildcard address of a family.
    public static func unspecified(_ family: Family) -> IPAddress {
        family == .v4 ? IPAddress(v4: 0) : IPAddress(v6: 0, 0)
    }

    /// This address plus `offset`, wrapping within the family; host arithmetic for pools.
    public func advanced(by offset: UInt64) -> IPAddress {
        if family == .v4 { return IPAddress(v4: UInt32(truncatingIfNeeded: low &+ offset)) }
        let (sum, carry) = low.addingReportingOverflow(offset)
        return IPAddress(v6: carry ? high &+ 1 : high, sum)
    }

    /// How far this address lies above `base`, as far as it fits 64 bits; nil when below it or of another family.
    public func offset(from base: IPAddress) -> UInt64? {
        guard family == base.family, self >= base else { return nil }
        let (difference, borrow) = low.subtractingReportingOverflow(base.low)
        return high &- base.high &- (borrow ? 1 : 0) == 0 ? difference : nil
    }

    /// The start of the block of this prefix length that comes so many blocks after this address, wrapping likewise.
    func advanced(by blocks: UInt64, ofLength length: Int) -> IPAddress {
        let offset = UInt128(blocks) << UInt128(family.bits - length)
        if family == .v4 { return IPAddress(v4: UInt32(truncatingIfNeeded: UInt128(low) &+ offset)) }
        let sum = (UInt128(high) << 64 | UInt128(low)) &+ offset
        return IPAddress(v6: UInt64(truncatingIfNeeded: sum >> 64), UInt64(truncatingIfNeeded: sum))
    }

    /// How many whole blocks of this prefix length lie between `base` and this address; nil when it is below.
    func blocks(from base: IPAddress, ofLength length: Int) -> UInt64? {
        guard family == base.family, self >= base else { return nil }
        let difference = (UInt128(high) << 64 | UInt128(low)) - (UInt128(base.high) << 64 | UInt128(base.low))
        return UInt64(clamping: difference >> UInt128(family.bits - length))
    }

    /// The address with everything below the first `length` bits set to zero.
    public func masked(to length: Int) -> IPAddress {
        func mask(_ bits: Int) -> UInt64 { bits <= 0 ? 0 : bits >= 64 ? .max : ~(UInt64.max >> UInt64(bits)) }
        return family == .v4
            ? IPAddress(v4: UInt32(truncatingIfNeeded: low) & UInt32(truncatingIfNeeded: mask(length + 32)))
            : IPAddress(v6: high & mask(length), low & mask(length - 64))
    }

    /// The address with everything below the first `length` bits set to one: a subnet's last address.
    func filled(below length: Int) -> IPAddress {
        func ones(_ bits: Int) -> UInt64 { bits <= 0 ? .max : bits >= 64 ? 0 : UInt64.max >> UInt64(bits) }
        return family == .v4
            ? IPAddress(v4: UInt32(truncatingIfNeeded: low | ones(length + 32)))
            : IPAddress(v6: high | ones(length), low | ones(length - 64))
    }

    /// Orders IPv4 before IPv6, then by number.
    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        (left.family == .v4 ? 0 : 1, left.high, left.low) < (right.family == .v4 ? 0 : 1, right.high, right.low)
    }
}
