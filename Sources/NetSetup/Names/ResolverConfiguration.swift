import Namespaces

/// The contents of a resolv.conf(5), and how a container's is made from the host's.
public struct ResolverConfiguration: Sendable, Equatable {
    /// `nameserver` lines, in order.
    public var servers: [NameServer] = []
    /// The last `search` (or `domain`) line.
    public var search: [String] = []
    /// All words of all `options` lines.
    public var options: [String] = []
    /// Directives that are passed on as they are: `sortlist` and what is yet unknown.
    public var other: [String] = []
    /// Values of `nameserver` that are no addresses.
    public var invalidServers: [String] = []

    /// Empty: the resolver would ask its own host.
    public init() {}

    /// Reads a file's text. Never fails: what a resolver ignores, this ignores.
    public init(parsing text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            if let first = line.unicodeScalars.first, first == "#" || first == ";" { continue }
            let words = String(line).words
            guard let keyword = words.first else { continue }
            let values = Array(words.dropFirst())
            switch keyword {
            case "nameserver":
                guard let value = values.first else { continue }
                if let server = NameServer(value) { servers.append(server) } else { invalidServers.append(value) }
            case "search": search = values
            // glibc lets the later of the two win; `domain` is the older spelling of a search list with one entry.
            case "domain": search = Array(values.prefix(1))
            case "options": options += values
            default: other.append(String(line))
            }
        }
    }

    /// Whether the only server is systemd-resolved's stub 127.0.0.53, which listens on the host's own loopback alone.
    public var isResolvedStub: Bool { servers == [NameServer(IPAddress(v4: 0x7f00_0035))] }

    /// Takes the place of the corresponding part with what the options gave; parts not given stay.
    public mutating func apply(_ overrides: ResolverOverrides) {
        if !overrides.servers.isEmpty {
            servers = overrides.servers
            invalidServers = []
        }
        // A lone "." is the way to ask for an empty search list.
        if !overrides.search.isEmpty { search = overrides.search.filter { $0 != "." } }
        if !overrides.options.isEmpty { options = overrides.options }
    }

    /// Drops the host's servers that cannot be reached from a network namespace of its own: loopback addresses, servers
    /// on a named link of the host, and IPv6 servers when the container has no IPv6.
    public mutating func keepReachable(ipv6: Bool) {
        servers.removeAll { $0.address.isLoopback || $0.zone != nil || ($0.address.family == .v6 && !ipv6) }
    }

    /// The file's text; `origin` ends it as a comment, as Docker does, so that a reader knows where it came from.
    public func text(origin: String? = nil) -> String {
        var lines = servers.map { "nameserver \($0)" }
        if !search.isEmpty { lines.append("search " + search.joined(separator: " ")) }
        if !options.isEmpty { lines.append("options " + options.joined(separator: " ")) }
        lines += other
        if let origin { lines += ["", "# \(origin)"] }
        return lines.map { $0 + "\n" }.joined()
    }
}

/// `--dns`, `--dns-search` and `--dns-option`: each list that is not empty replaces the host's.
public struct ResolverOverrides: Sendable, Equatable {
    /// `--dns`, in order.
    public var servers: [NameServer]
    /// `--dns-search`; a lone `.` clears the list.
    public var search: [String]
    /// `--dns-option`.
    public var options: [String]

    /// Already parsed values.
    public init(servers: [NameServer] = [], search: [String] = [], options: [String] = []) {
        self.servers = servers
        self.search = search
        self.options = options
    }

    /// What a resolv.conf can say of them.
    var withoutPorts: ResolverOverrides {
        var overrides = self
        overrides.servers.removeAll { $0.port != NameService.port }
        return overrides
    }

    /// Parses the options' values; throws Docker's sentence for the first bad one.
    public init(dns: [String], search: [String], options: [String]) throws(UsageError) {
        var servers: [NameServer] = []
        for value in dns { servers.append(try NameServer.parse(option: value)) }
        var domains: [String] = []
        for value in search { domains.append(try DomainName.parse(search: value)) }
        for value in options where value.isEmpty || value.unicodeScalars.contains(where: { $0.properties.isWhitespace })
        {
            throw UsageError("invalid DNS option: \(value.goQuoted)")
        }
        self.init(servers: servers, search: domains, options: options)
    }
}
