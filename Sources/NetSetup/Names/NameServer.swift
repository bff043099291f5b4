import Namespaces

/// One `nameserver` of a resolv.conf: an address, for link-local ones with the link it is on (`fe80::1%ens33`).
public struct NameServer: Sendable, Hashable, CustomStringConvertible {
    /// Where it answers.
    public var address: IPAddress
    /// The link's name behind `%`; it means something only in the network namespace that has that link.
    public var zone: String?

    /// A server at an address.
    public init(_ address: IPAddress, zone: String? = nil) {
        self.address = address
        self.zone = zone
    }

    /// Parses what resolv.conf(5) allows; nil for anything else.
    public init?(_ text: String) {
        let (address, zone) = text.cut("%")
        guard let parsed = IPAddress(address), zone == nil || (parsed.family == .v6 && zone?.isEmpty == false) else {
            return nil
        }
        self.init(parsed, zone: zone)
    }

    /// Parses a value of `--dns`; throws Docker's `IP address is not correctly formatted: x`.
    public static func parse(option text: String) throws(UsageError) -> NameServer {
        guard !text.utf8.contains(0), let address = IPAddress(text.trimmed) else {
            throw UsageError("IP address is not correctly formatted: \(text)")
        }
        return NameServer(address)
    }

    /// `192.0.2.1`, `2001:db8::1` or `fe80::1%ens33`.
    public var description: String { zone.map { "\(address)%\($0)" } ?? address.description }
}
