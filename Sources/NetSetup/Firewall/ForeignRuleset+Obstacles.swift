import CShim
import Namespaces

extension ForeignRuleset {
    /// A new conversation with a container's port, as others' chains see it come by.
    public struct Arrival: Sendable {
        let transport: TransportProtocol
        let input: String?
        let door: IPAddress
        let doorPort: UInt16
        let target: IPAddress
        let targetPort: UInt16
        let output: String?

        /// One that comes in by an interface (nil: by any) for an address and a port of the host's, which are translated to the
        /// container's; it leaves by the container's bridge.
        public init(
            _ transport: TransportProtocol, by input: String?, to door: IPAddress, _ doorPort: UInt16,
            for target: IPAddress, _ targetPort: UInt16, over output: String?
        ) {
            self.transport = transport
            self.input = input
            self.door = door
            self.doorPort = doorPort
            self.target = target
            self.targetPort = targetPort
            self.output = output
        }
    }

    /// What keeps such a conversation from its container.
    public struct Obstacle: Sendable, Hashable {
        /// What happens to it.
        public enum Effect: Sendable, Hashable {
            /// A rule drops or rejects it.
            case drops
            /// A rule gives packets to this port of the host's another destination first.
            case redirects(UInt16)
            /// No rule of the chain knows it, and what none knows is dropped.
            case dropsUnknown
        }

        /// What happens.
        public let effect: Effect
        /// Where.
        public let chain: Chain
        /// Whether it happens for sure: rules may ask what nobody knows before there is a packet.
        public let isCertain: Bool
    }

    /// The first rule or policy of others that drops such a packet for sure, or redirects it; else the first that may.
    public func obstacle(to arrival: Arrival) -> Obstacle? {
        var walk = RulesetWalk(self)
        walk.follow(arrival)
        return walk.found.first(where: \.isCertain) ?? walk.found.first
    }
}

/// A packet at a hook: what conditions are compared with.
struct PassingPacket {
    var transport: TransportProtocol
    var input: String?
    var output: String?
    var destination: IPAddress
    var port: UInt16
    /// Whether the destination is the host's.
    var isToHost: Bool
}

extension RuleCondition {
    /// What is known of a packet's answer.
    enum Answer { case yes, no, unknown }

    /// Answers for the first packet of a conversation, whose sender nobody knows yet.
    func answer(_ packet: PassingPacket, _ sets: (String) -> ForeignSet?) -> Answer {
        let truth: Bool? =
            switch question {
            case .input(let name): packet.input.map { Self.matches($0, name) }
            case .output(let name): packet.output.map { Self.matches($0, name) }
            case .family(let family): packet.destination.family == family
            case .transport(let number): packet.transport.number == number
            case .source(let prefix): prefix.address.family != packet.destination.family ? false : nil
            case .destination(let prefix): prefix.contains(packet.destination)
            case .destinationPort(let ranges): ranges.contains { $0.contains(packet.port) }
            case .toHost: packet.isToHost
            case .state(let bits): bits & 8 != 0
            case .set(let field, let name): packet.bytes(field).flatMap { bytes in sets(name)?.contains(bytes) }
            case .unreadable: nil
            }
        guard let truth else { return .unknown }
        return truth != isNegated ? .yes : .no
    }

    private static func matches(_ name: String, _ pattern: String) -> Bool {
        pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : name == pattern
    }
}

extension PassingPacket {
    /// What a set's elements are compared with.
    fileprivate func bytes(_ field: RuleField) -> [UInt8]? {
        func padded(_ name: String) -> [UInt8] {
            Array((Array(name.utf8) + [UInt8](repeating: 0, count: 16)).prefix(16))
        }
        switch field {
        case .inputInterface: return input.map(padded)
        case .outputInterface: return output.map(padded)
        case .transport: return [transport.number]
        case .destination(let family): return destination.family == family ? destination.bytes : nil
        case .destinationPort: return [UInt8(port >> 8), UInt8(port & 0xff)]
        default: return nil
        }
    }
}

/// Follows a packet through the chains of others.
private struct RulesetWalk {
    private let ruleset: ForeignRuleset
    private let rules: [[String]: [ForeignRuleset.Rule]]
    private(set) var found: [ForeignRuleset.Obstacle] = []

    /// How a chain is left.
    private enum Ending {
        /// At its end, or by a rule: whoever jumped to it goes on.
        case returned
        /// The packet goes on behind the base chain.
        case accepted
        /// It is gone, or somebody else's.
        case barred
    }

    init(_ ruleset: ForeignRuleset) {
        self.ruleset = ruleset
        rules = Dictionary(grouping: ruleset.rules) { [$0.chain.family, $0.chain.table, $0.chain.name] }
    }

    /// Through the hooks, in order. Ours translates at priority -100: chains before it see the host's address, those behind it
    /// the container's. What the host itself sends comes from the loop pair, after its own hook for that.
    mutating func follow(_ arrival: ForeignRuleset.Arrival) {
        let isTranslated = arrival.door != arrival.target
        var outside = PassingPacket(
            transport: arrival.transport, input: arrival.input, destination: arrival.door, port: arrival.doorPort,
            isToHost: isTranslated)
        if arrival.input == LoopPair.inward {
            var sent = outside
            (sent.input, sent.output) = (nil, "lo")
            pass(NF_INET_LOCAL_OUT.rawValue, sent, redirecting: true) { $0 <= -100 }
            // No interface has that address.
            (outside.destination, outside.isToHost) = (LoopPair.wildcardGuard(arrival.door.family), false)
        }
        var inside = outside
        (inside.destination, inside.port, inside.isToHost) = (arrival.target, arrival.targetPort, false)
        pass(NF_INET_PRE_ROUTING.rawValue, outside, redirecting: true) { $0 <= -100 || !isTranslated }
        if isTranslated { pass(NF_INET_PRE_ROUTING.rawValue, inside, redirecting: false) { $0 > -100 } }
        inside.output = arrival.output
        pass(NF_INET_FORWARD.rawValue, inside, redirecting: false) { _ in true }
        pass(NF_INET_POST_ROUTING.rawValue, inside, redirecting: false) { _ in true }
    }

    private mutating func pass(
        _ hook: some BinaryInteger, _ packet: PassingPacket, redirecting: Bool, _ isMeant: (Int32) -> Bool
    ) {
        let family = packet.destination.family == .v4 ? "ip" : "ip6"
        let bases = ruleset.chains.filter {
            $0.hook == UInt32(hook) && [family, "inet"].contains($0.family) && isMeant($0.priority)
        }
        for base in bases.sorted(by: { $0.priority < $1.priority }) {
            var way = Way(base: base, packet: packet, isRedirecting: redirecting)
            let ending = walk(base.name, &way, isCertain: true, depth: 0)
            if base.dropsByPolicy, ending == .returned { add(.dropsUnknown, base, !way.isDoubtful) }
        }
    }

    /// One base chain's packet.
    private struct Way {
        let base: ForeignRuleset.Chain
        let packet: PassingPacket
        let isRedirecting: Bool
        /// Whether a rule may have let the packet pass already.
        var isDoubtful = false
    }

    private mutating func add(
        _ effect: ForeignRuleset.Obstacle.Effect, _ chain: ForeignRuleset.Chain, _ isCertain: Bool
    ) {
        found.append(.init(effect: effect, chain: chain, isCertain: isCertain))
    }

    private mutating func walk(_ chain: String, _ way: inout Way, isCertain: Bool, depth: Int) -> Ending {
        var isCertain = isCertain
        // The kernel allows no more jumps either.
        guard depth < 16 else { return .returned }
        for rule in rules[[way.base.family, way.base.table, chain]] ?? [] {
            let answer = answer(rule, way.packet)
            guard answer != .no else { continue }
            let isSure = answer == .yes
            if rule.drops || rule.redirects {
                guard rule.drops || way.isRedirecting else { return .accepted }
                // Of equal priority the younger translation comes first. A chain of an older table may be either.
                let isFirst =
                    rule.drops || way.base.priority < -100
                    || ruleset.youngerTables.contains("\(rule.chain.family) \(rule.chain.table)")
                add(
                    rule.drops ? .drops : .redirects(way.packet.port), rule.chain,
                    isSure && isCertain && isFirst && !way.isDoubtful)
                if isSure { return .barred }
            } else if rule.accepts {
                if isSure { return .accepted }
                way.isDoubtful = true
            } else if rule.returns {
                if isSure { return .returned }
                isCertain = false
            } else if let target = rule.target {
                let ending = walk(target, &way, isCertain: isCertain && isSure, depth: depth + 1)
                if isSure, ending != .returned || rule.isGoto { return ending }
                if ending == .accepted { way.isDoubtful = true }
                if rule.isGoto { isCertain = false }
            }
        }
        return .returned
    }

    private func answer(_ rule: ForeignRuleset.Rule, _ packet: PassingPacket) -> RuleCondition.Answer {
        var isKnown = true
        for condition in rule.conditions.all {
            switch condition.answer(packet, { ruleset.sets[ForeignSet.key($0, of: rule.chain)] }) {
            case .no: return .no
            case .unknown: isKnown = false
            case .yes: break
            }
        }
        return isKnown ? .yes : .unknown
    }
}
