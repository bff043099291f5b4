import Namespaces

/// One `--add-host`: a name and the address it stands for.
public struct AddedHost: Sendable, Hashable {
    /// What the name stands for.
    public enum Target: Sendable, Hashable {
        /// An address; the text stays as the user wrote it.
        case address(String)
        /// `host-gateway`: the host, as the container reaches it.
        case hostGateway
    }

    /// The name.
    public var name: String
    /// Its meaning.
    public var target: Target

    /// Parses `name:address`, `name=address`, an IPv6 address with or without brackets, and `host-gateway`; throws
    /// Docker's `bad format for add-host: "x"` or `invalid IP address in add-host: "y"`.
    public init(parsing text: String) throws(UsageError) {
        var (name, value) = text.cut("=")
        if value == nil { (name, value) = text.cut(":") }
        guard let value, !name.isEmpty, !name.unicodeScalars.contains(":"),
            // White space would start a second name, a control character a second line.
            !name.unicodeScalars.contains(where: { $0.properties.isWhitespace || $0.value < 32 || $0 == "#" })
        else { throw UsageError("bad format for add-host: \(text.goQuoted)") }
        self.name = name
        if value == "host-gateway" {
            target = .hostGateway
            return
        }
        let bare =
            value.count > 2 && value.hasPrefix("[") && value.hasSuffix("]")
            ? String(value.dropFirst().dropLast()) : value
        guard !bare.utf8.contains(0), IPAddress(bare.trimmed) != nil else {
            throw UsageError("invalid IP address in add-host: \(bare.goQuoted)")
        }
        target = .address(bare.trimmed)
    }
}

/// The contents of /etc/hosts as Docker writes it: one `address<TAB>names` a line.
public struct HostsFile: Sendable, Equatable {
    /// The file's text.
    public private(set) var text: String

    /// A file with the loopback names; the IPv6 ones only where the container has IPv6.
    public init(ipv6: Bool) {
        text = "127.0.0.1\tlocalhost\n"
        if ipv6 {
            text += """
                ::1\tlocalhost ip6-localhost ip6-loopback
                fe00::\tip6-localnet
                ff00::\tip6-mcastprefix
                ff02::1\tip6-allnodes
                ff02::2\tip6-allrouters

                """
        }
    }

    /// A file that is there, to be extended or changed: the host's own, or a running container's.
    public init(text: String) {
        self.text = text.isEmpty || text.utf8.last == 10 ? text : text + "\n"
    }

    /// Appends what `--add-host` asked for; `gateways` are the host's addresses as the container reaches them. Throws
    /// Docker's sentence when `host-gateway` is asked for where there is none.
    public mutating func add(_ hosts: [AddedHost], gateways: [IPAddress]) throws(UsageError) {
        for host in hosts {
            switch host.target {
            case .address(let address): add(address, names: [host.name])
            case .hostGateway:
                guard !gateways.isEmpty else {
                    throw UsageError("unable to derive the IP value for host-gateway")
                }
                for gateway in gateways { add(gateway.description, names: [host.name]) }
            }
        }
    }

    /// Appends the container's own name at its addresses: `web.example.org web`, as Docker writes it.
    public mutating func add(hostname: String, domainname: String?, at addresses: [IPAddress]) {
        var name = hostname
        if let domainname, !domainname.isEmpty { name += ".\(domainname)" }
        let (first, rest) = name.cut(".")
        for address in addresses { add(address.description, names: rest == nil ? [name] : [name, first]) }
    }

    /// The container's own name is at other addresses now; lines that somebody else wrote stay.
    public mutating func move(
        hostname: String, domainname: String?, from old: [IPAddress], to new: [IPAddress]
    ) {
        var former = HostsFile(text: "")
        former.add(hostname: hostname, domainname: domainname, at: old)
        let gone = Set(former.text.split(separator: "\n"))
        text = text.split(separator: "\n", omittingEmptySubsequences: false).filter { !gone.contains($0) }
            .joined(separator: "\n")
        if !text.isEmpty, text.utf8.last != 10 { text += "\n" }
        add(hostname: hostname, domainname: domainname, at: new)
    }

    private mutating func add(_ address: String, names: [String]) {
        text += "\(address)\t\(names.joined(separator: " "))\n"
    }
}
