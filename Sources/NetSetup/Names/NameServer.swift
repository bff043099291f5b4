import Namespaces

/// One `nameserver` of a resolv.conf: an address, for link-local ones with the link it is on (`fe80::1%ens33`).
public struct NameServer: Sendable, Hashable, CustomStringConvertible {
    /// Where it answers.
    public var address: IPAddress
    /// The link's name behind `%`; it means something only in the network namespace that has that link.
    public var zone: String?
    /// Where it listens, which no resolv.conf can say: only minirun's own server asks others there.
    public var port: UInt16

    /// A server at an address.
    public init(_ address: IPAddress, zone: String? = nil, port: UInt16 = NameService.port) {
        self.address = address
        self.zone = zone
        self.port = port
    }

    /// Parses what resolv.conf(5) allows; nil for anything else.
    public init?(_ text: String) {
        let (address, zone) = text.cut("%")
        guard let parsed = IPAddress(address), zone == nil || (parsed.family == .v6 && zone?.isEmpty == false) else {
            return nil
        }
        self.init(parsed, zone: zone)
    }

    /// Parses a value of `--dns`: an address, or `192.0.2.1:5353`, `[2001:db8::1]:5353`. Throws Docker's `IP address is not
    /// correctly formatted: x`.
    public static func parse(option text: String) throws(UsageError) -> NameServer {
        let word = text.trimmed
        if !text.utf8.contains(0) {
            if let address = IPAddress(word) { return NameServer(address) }
            if let server = NameServer(withPort: word) { return server }
        }
        throw UsageError("IP address is not correctly formatted: \(text)")
    }

    private init?(withPort word: String) {
        guard let colon = word.lastIndex(of: ":"), let port = UInt16(word[word.index(after: colon)...]), port > 0 else {
            return nil
        }
        var host = word[..<colon]
        let isBracketed = host.first == "[" && host.last == "]"
        if isBracketed { host = host.dropFirst().dropLast() }
        guard let address = IPAddress(String(host)), (address.family == .v6) == isBracketed else { return nil }
        self.init(address, port: port)
    }

    /// `192.0.2.1`, `2001:db8::1` or `fe80::1%ens33`; with a port that is not the usual one, `192.0.2.1:5353`.
    public var description: String {
        let host = zone.map { "\(address)%\($0)" } ?? address.description
        guard port != NameService.port else { return host }
        return address.family == .v6 ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
