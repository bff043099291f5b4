import Namespaces

/// A network whose names a container's server knows, as seen from that container.
public struct NameZone: Sendable, Equatable {
    /// The network's own directory in the ``NameDirectory``.
    public let network: String
    /// The network's name: `web` is also `web.SUFFIX`, and addresses lead to names that end in it.
    public let suffix: String
    /// Addresses in them are nobody else's business: no question about them leaves the host.
    public let subnets: [IPPrefix]
    /// The suffix as it may be asked for.
    let suffixes: [String]

    /// Describes a network.
    public init(network: String, suffix: String, subnets: [IPPrefix]) {
        self.network = network
        self.suffix = suffix
        self.subnets = subnets
        suffixes = ((try? RegisteredName.keys(of: suffix)) ?? []).map { "." + $0 }
    }

    /// What stands before the suffix; nil when the name does not end in it.
    func inner(_ key: String) -> String? {
        for suffix in suffixes
        where key.utf8.count > suffix.utf8.count
            && key.utf8.suffix(suffix.utf8.count)
                .elementsEqual(suffix.utf8)
        {
            return String(decoding: key.utf8.dropLast(suffix.utf8.count), as: UTF8.self)
        }
        return nil
    }
}

/// What a container's server can say about a question by itself.
struct LocalNames {
    let directory: NameDirectory
    let zones: [NameZone]
    let isAlive: (String) -> Bool

    /// How long an answer may be kept, in seconds: not at all. Docker says 600, and its users then reach the address of a
    /// container that is gone, or somebody else's who has it now. A question costs a few microseconds on the loopback
    /// interface; there is nothing to be won by asking less often.
    static let timeToLive: UInt32 = 0

    enum Finding: Equatable {
        /// The name is there: its records of the wanted kind, perhaps none.
        case found([DNSRecord])
        /// It is ours, and nobody has it.
        case nobody
        /// Others may know. A name of one label, or within one of the networks, has no other meaning if nobody can be asked.
        case unknown(looksLocal: Bool)
    }

    /// Looks a question up; of several addresses, another one comes first each turn.
    func find(_ question: DNSQuestion, turn: Int) -> Finding {
        guard question.class == DNSType.internet || question.class == DNSType.any else {
            return .unknown(looksLocal: false)
        }
        if let address = question.name.reversedAddress { return find(address, question) }
        guard let key = question.name.key else { return .unknown(looksLocal: false) }
        // The whole name in every network first: an alias may well have dots.
        let wishes = zones.map { ($0, key) } + zones.compactMap { zone in zone.inner(key).map { (zone, $0) } }
        var isKnown = false
        for (zone, name) in wishes {
            let all = directory.addresses(of: name, in: zone.network, isAlive: isAlive)
            if all.isEmpty { continue }
            isKnown = true
            // A name without an address of this family in one network may have one in the next.
            let wanted = all.filter { question.wants($0.family) }.sorted()
            guard !wanted.isEmpty else { continue }
            let start = turn % wanted.count
            return .found(
                (wanted[start...] + wanted[..<start]).map {
                    DNSRecord(question.name, $0, timeToLive: Self.timeToLive)
                })
        }
        let looksLocal = wishes.count > zones.count || !key.utf8.contains(46)
        return isKnown ? .found([]) : .unknown(looksLocal: looksLocal)
    }

    /// As DNS writes it: programs print what they get, and few of them take letters beyond ASCII for letters.
    private static func name(_ text: String) -> DNSName? {
        guard !text.unicodeScalars.allSatisfy(\.isASCII) else { return DNSName(text) }
        return DNSName(Punycode.ascii(text.lowercased()) ?? text) ?? DNSName(text)
    }

    private func find(_ address: IPAddress, _ question: DNSQuestion) -> Finding {
        for zone in zones {
            let names = directory.names(of: address, in: zone.network, isAlive: isAlive)
            if names.isEmpty { continue }
            guard question.type == DNSType.ptr || question.type == DNSType.any else { return .found([]) }
            return .found(
                names.compactMap { name in
                    Self.name("\(name).\(zone.suffix)") ?? Self.name(name)
                }.map { DNSRecord(question.name, pointsTo: $0, timeToLive: Self.timeToLive) })
        }
        let isOurs = zones.contains { $0.subnets.contains { $0.contains(address) } }
        return isOurs ? .nobody : .unknown(looksLocal: false)
    }
}

extension DNSQuestion {
    fileprivate func wants(_ family: IPAddress.Family) -> Bool {
        type == DNSType.any || type == (family == .v4 ? DNSType.a : DNSType.aaaa)
    }
}
