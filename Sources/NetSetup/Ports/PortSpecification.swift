import Namespaces

/// The grammar of `-p` (`--publish`), exactly as docker/cli and go-connections accept it, with their messages.
///
/// ```
/// spec     = [ host ":" ] [ hostport ] ":" ctrport [ "/" proto ]  |  ctrport [ "/" proto ]
/// host     = IPv4 | "[" IPv6 "]" | IPv6
/// hostport = port | port "-" port | ""
/// ctrport  = port | port "-" port
/// proto    = tcp | udp | sctp                      in either case, tcp when absent
/// long     = published=8080,target=80,protocol=tcp
/// ```
public enum PortSpecification {
    /// Parses one value of `-p`: one mapping, or one for each port of a range.
    public static func parse(_ text: String) throws(UsageError) -> [PortMapping] {
        try parseShort(text.unicodeScalars.contains("=") ? shortForm(of: text) : text)
    }

    /// Parses all values of `-p` in the order given.
    public static func parse(_ texts: [String]) throws(UsageError) -> [PortMapping] {
        var mappings: [PortMapping] = []
        for text in texts { mappings += try parse(text) }
        return mappings
    }

    /// The long form, turned into the short one as docker/cli does; keys that it does not know are ignored, as there.
    private static func shortForm(of text: String) throws(UsageError) -> String {
        var values = ["protocol": "tcp"]
        for field in text.parts(",") {
            let (key, value) = field.cut("=")
            guard let value, !key.isEmpty else {
                throw UsageError("invalid publish opts format (should be name=value but got '\(field)')")
            }
            values[key] = value
        }
        return "\(values["published"] ?? ""):\(values["target"] ?? "")/\(values["protocol"] ?? "")"
    }

    private static func parseShort(_ text: String) throws(UsageError) -> [PortMapping] {
        let (host, published, inside) = split(text)
        let (target, name) = inside.cut("/")
        guard !target.isEmpty else { throw UsageError("no port specified: \(text)<empty>") }
        let transport = try name.isEmptyOrNil ? .tcp : TransportProtocol(name: name ?? "")
        let address = try host.isEmpty ? nil : parseAddress(host)
        guard let targets = try? PortNumber.parseRange(target) else {
            throw UsageError("invalid containerPort: \(target)")
        }
        guard targets.lowerBound > 0 else {
            throw UsageError("invalid port specification: \"0/\(transport.rawValue)\"")
        }
        guard !published.isEmpty else {
            return targets.map { PortMapping(hostAddress: address, container: ContainerPort($0, transport)) }
        }
        // A lone 0 asks for a dynamic port, as in Docker; a range that starts there would ask for both at once.
        guard let ports = try? PortNumber.parseRange(published), ports.lowerBound > 0 || ports.count == 1 else {
            throw UsageError("invalid hostPort: \(published)")
        }
        if targets.count == 1 {
            let port: HostPort =
                ports.count > 1 ? .range(ports) : ports.lowerBound == 0 ? .dynamic : .fixed(ports.lowerBound)
            let inside = ContainerPort(targets.lowerBound, transport)
            return [PortMapping(hostAddress: address, hostPort: port, container: inside)]
        }
        guard targets.count == ports.count else {
            throw UsageError("invalid ranges specified for container and host Ports: \(target) and \(published)")
        }
        return zip(ports, targets).map { port, target in
            PortMapping(hostAddress: address, hostPort: .fixed(port), container: ContainerPort(target, transport))
        }
    }

    /// The last two parts are the ports; whatever stands before them, colons included, is the address.
    private static func split(_ text: String) -> (host: String, published: String, inside: String) {
        let parts = text.parts(":")
        guard let inside = parts.last, parts.count > 1 else { return ("", "", text) }
        let host = parts.dropLast(2).joined(separator: ":")
        return (host, parts[parts.count - 2], inside)
    }

    private static func parseAddress(_ host: String) throws(UsageError) -> IPAddress {
        let bare = try host.begins(with: "[") ? unbracketed(host) : host
        guard let address = IPAddress(bare), !bare.utf8.contains(0) else {
            throw UsageError("invalid IP address: \(bare)")
        }
        return address.unmapped
    }

    /// What stands between the brackets, or Go's reason (`net.SplitHostPort`) why they do not close.
    private static func unbracketed(_ host: String) throws(UsageError) -> String {
        func refusal(_ reason: String) -> UsageError {
            UsageError("invalid IP address \(host): address \(host):: \(reason)")
        }
        guard let close = host.firstIndex(of: "]") else { throw refusal("missing ']' in address") }
        let rest = host[host.index(after: close)...]
        guard rest.isEmpty else {
            throw refusal(rest.hasPrefix(":") ? "too many colons in address" : "missing port in address")
        }
        let inner = String(host[host.index(after: host.startIndex)..<close])
        guard !inner.contains("[") else { throw refusal("unexpected '[' in address") }
        return inner
    }
}

extension IPAddress {
    /// `::ffff:192.0.2.1` as the IPv4 address that it stands for (RFC 4291 section 2.5.5.2); everything else as it is.
    var unmapped: IPAddress {
        let bytes = bytes
        guard family == .v6, bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xff, bytes[11] == 0xff else {
            return self
        }
        return IPAddress(bytes: bytes.suffix(4)) ?? self
    }
}
