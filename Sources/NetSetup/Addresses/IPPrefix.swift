/// An address with a prefix length: `172.17.0.1/16` (an interface's address) or `172.17.0.0/16` (a subnet).
public struct IPPrefix: Sendable, Hashable, LosslessStringConvertible {
    /// The address as given, host bits included.
    public let address: IPAddress
    /// 0 to 32 or 0 to 128.
    public let length: Int

    /// Nil when the length does not fit the family.
    public init?(_ address: IPAddress, length: Int) {
        guard (0...address.family.bits).contains(length) else { return nil }
        self.address = address
        self.length = length
    }

    /// Parses `ADDRESS/LENGTH`; the length in plain decimal digits.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(String(parts[0])),
            !parts[1].isEmpty, parts[1].utf8.allSatisfy({ (48...57).contains($0) }), let length = Int(parts[1])
        else { return nil }
        self.init(address, length: length)
    }

    /// `172.17.0.1/16`.
    public var description: String { "\(address)/\(length)" }

    /// The subnet: the same prefix with all host bits zero.
    public var network: IPPrefix { IPPrefix(masking: address, length: length) }

    private init(masking address: IPAddress, length: Int) {
        self.address = address.masked(to: length)
        self.length = length
    }

    /// The last address of the subnet; in IPv4 its broadcast address.
    public var last: IPAddress { address.filled(below: length) }

    /// Whether the address lies in this subnet.
    public func contains(_ other: IPAddress) -> Bool {
        other.family == address.family && other.masked(to: length) == address.masked(to: length)
    }

    /// Whether the two subnets share an address.
    public func overlaps(_ other: IPPrefix) -> Bool {
        length <= other.length ? contains(other.address) : other.contains(address)
    }
}
