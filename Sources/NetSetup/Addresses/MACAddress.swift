/// A 48-bit link-layer address.
public struct MACAddress: Sendable, Hashable, LosslessStringConvertible {
    /// The six bytes in the order of the wire.
    public let bytes: [UInt8]

    /// From six bytes; nil for any other count.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 6 else { return nil }
        self.bytes = Array(bytes)
    }

    /// Parses `02:42:ac:11:00:02`, also with `-` between the bytes.
    public init?(_ text: String) {
        let parts = text.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "-" }
        let bytes = parts.compactMap { part in
            part.utf8.count == 2 && part.allSatisfy(\.isHexDigit) ? UInt8(part, radix: 16) : nil
        }
        guard parts.count == 6, bytes.count == 6 else { return nil }
        self.bytes = bytes
    }

    /// Docker's legacy rule, which makes addresses unique within a subnet: 02:42, then the IPv4 address.
    public init?(forContainerAt address: IPAddress) {
        guard address.family == .v4 else { return nil }
        bytes = [0x02, 0x42] + address.bytes
    }

    /// A locally administered address that is always the same for a text: 02, then 40 bits of the text's hash.
    public init(stableFor text: String) {
        let hash = StableHash.of(text)
        bytes = [0x02] + stride(from: 56, through: 24, by: -8).map { UInt8(truncatingIfNeeded: hash >> UInt64($0)) }
    }

    /// A locally administered address by chance.
    public static func random() -> MACAddress {
        var source = SystemRandomNumberGenerator()
        return MACAddress(stableFor: "\(source.next())")
    }

    /// `02:42:ac:11:00:02`.
    public var description: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }

    /// Whether the group bit is set: such an address cannot be an interface's own.
    public var isMulticast: Bool { bytes[0] & 1 == 1 }
}
