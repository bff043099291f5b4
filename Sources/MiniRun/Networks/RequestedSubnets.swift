import Namespaces
import NetSetup

/// Reads `--subnet`, `--ip-range`, `--gateway` and `--aux-address` together: each of the latter belongs to the subnet that
/// it lies in.
struct RequestedSubnets {
    /// IPv4 before IPv6, otherwise in the order in which they were given.
    let subnets: [NetworkSubnet]

    /// Throws the sentences of docker/cli, which sorts the words, then those of Docker's daemon, which checks them.
    init(_ request: NetworkRequest) throws(UsageError) {
        var words: [Words] = []
        // As with Docker, one option may hold several, with commas between them.
        func listed(_ options: [String]) throws(UsageError) -> [String] {
            var all: [String] = []
            for option in options { all += try CommaSeparated.fields(option) }
            return all
        }
        let (subnets, ranges) = (try listed(request.subnets), try listed(request.ranges))
        let gateways = try listed(request.gateways)
        guard subnets.count >= ranges.count, subnets.count >= gateways.count else {
            throw UsageError("every ip-range or gateway must have a corresponding subnet")
        }
        for text in subnets {
            let prefix = try Self.prefix(text)
            guard !words.contains(where: { $0.subnet.overlaps(prefix) }) else {
                throw UsageError("multiple overlapping subnet configuration is not supported")
            }
            words.append(Words(text: text, subnet: prefix))
        }
        for text in ranges {
            let range = try Self.prefix(text)
            guard let place = words.firstIndex(where: { $0.subnet.contains(range.address) }) else {
                throw UsageError("no matching subnet for range \(text)")
            }
            if let other = words[place].range {
                throw UsageError(
                    "cannot configure multiple ranges (\(text), \(other)) on the same subnet (\(words[place].text))")
            }
            words[place].range = range
        }
        for text in gateways {
            guard let gateway = IPAddress(text), let place = words.firstIndex(where: { $0.subnet.contains(gateway) })
            else {
                throw UsageError("no matching subnet for gateway \(text)")
            }
            if let other = words[place].gateway {
                throw UsageError(
                    "cannot configure multiple gateways (\(text), \(other)) for the same subnet (\(words[place].text))")
            }
            words[place].gateway = gateway
        }
        for text in request.auxiliary {
            let (name, value) = text.cut("=")
            guard let address = IPAddress(value ?? ""),
                let place = words.firstIndex(where: { $0.subnet.contains(address) })
            else { throw UsageError("no matching subnet for aux-address \(value ?? "")") }
            words[place].auxiliary[name] = address
        }
        try Self.check(words)
        let checked = words.map {
            NetworkSubnet($0.subnet, gateway: $0.gateway, range: $0.range, auxiliary: $0.auxiliary)
        }
        self.subnets = checked.filter { $0.family == .v4 } + checked.filter { $0.family == .v6 }
    }

    /// One subnet's words, host bits included.
    private struct Words {
        let text: String
        let subnet: IPPrefix
        var range: IPPrefix?
        var gateway: IPAddress?
        var auxiliary: [String: IPAddress] = [:]
    }

    private static func prefix(_ text: String) throws(UsageError) -> IPPrefix {
        guard let prefix = IPPrefix(text) else { throw UsageError("invalid CIDR address: \(text)") }
        return prefix
    }

    /// All that is wrong with what lies where, in one sentence each.
    private static func check(_ words: [Words]) throws(UsageError) {
        var problems: [String] = []
        for word in words {
            let (subnet, network) = (word.subnet, word.subnet.network)
            if let kind = network.unusableKind { problems.append("invalid subnet \(subnet): \(kind)") }
            if subnet != network { problems.append("invalid subnet \(subnet): it should be \(network)") }
            if let range = word.range {
                if range.length < subnet.length {
                    problems.append("invalid ip-range \(range): CIDR block is bigger than its parent subnet \(subnet)")
                } else if range != range.network {
                    problems.append("invalid ip-range \(range): it should be \(range.network)")
                }
            }
            if let gateway = word.gateway, let own = network.reservation(of: gateway) {
                problems.append("invalid gateway \(gateway): it is the \(own)")
            }
            if let gateway = word.gateway, word.auxiliary.values.contains(gateway) {
                problems.append("invalid auxiliary address \(gateway): it is the gateway's")
            }
            if let (name, _) = word.auxiliary.first(where: { !network.isUsable($0.value) }) {
                problems.append("invalid auxiliary address \(name): it is the address of subnet \(network) itself")
            }
        }
        guard let first = problems.first else { return }
        let text = problems.count == 1 ? first : problems.map { "* \($0)" }.joined(separator: "\n")
        throw UsageError("invalid network config:\n\(text)")
    }
}

extension IPPrefix {
    /// Why no interface can have addresses of this range; nil when it can (RFC 6890, RFC 5771, RFC 4291).
    fileprivate var unusableKind: String? {
        guard let kind = Self.unusable.first(where: { range, _ in range.overlaps(self) && range.length <= length })
        else { return nil }
        return "\(kind.0) is for \(kind.1)"
    }

    private static let unusable: [(IPPrefix, String)] = [
        ("0.0.0.0/8", "hosts without an address"), ("127.0.0.0/8", "loopback"), ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "nobody"), ("ff00::/8", "multicast"), ("fe80::/10", "single links"), ("::1/128", "loopback"),
    ].compactMap { text, kind in IPPrefix(text).map { ($0, kind) } }

    /// Whether an address within can be an interface's: not the subnet's own or its broadcast address, where it has these.
    func isUsable(_ address: IPAddress) -> Bool {
        switch self.address.family {
        case .v4: length >= 31 || (address != network.address && address != last)
        case .v6: length >= 127 || address != network.address
        }
    }
}

extension IPPrefix {
    /// What an address within is that can be no interface's; nil for any other.
    func reservation(of address: IPAddress) -> String? {
        if isUsable(address) { return nil }
        return address == network.address ? "address of subnet \(network) itself" : "broadcast address of \(network)"
    }
}

extension NetworkSubnet {
    /// With a gateway: the one given, else the first address of the range, or of the subnet, that nobody else has. Docker
    /// takes the same. Throws Docker's sentence when there is none.
    func withGateway() throws(UsageError) -> NetworkSubnet {
        guard gateway == nil else { return self }
        var result = self
        let taken = Set(auxiliary.values)
        for place in [range ?? subnet, subnet] {
            var candidate = place.address
            for _ in 0..<65536 where place.contains(candidate) {
                if place.isUsable(candidate), !taken.contains(candidate) {
                    result.gateway = candidate
                    return result
                }
                candidate = candidate.advanced(by: 1)
            }
        }
        throw UsageError("no available addresses on this pool")
    }
}
