import NetSetup

/// A packet as it passed an interface.
struct TraceSighting: Sendable, Hashable {
    /// The namespace's inode.
    var place: UInt64
    /// The interface's number there.
    var link: CInt
    /// Whether it left by it.
    var isOutgoing: Bool
    /// Nanoseconds since 1970.
    var time: Int64
    /// What passed.
    var packet: Packet
}

/// One base chain, and what it decided of a packet.
struct ChainRun: Sendable, Hashable {
    /// A rule on the way to the decision.
    struct Step: Sendable, Hashable {
        var chain: ChainName
        /// Nil for the chain's policy.
        var handle: UInt64?
    }

    /// The base chain.
    var base: ChainName
    /// The rules that led to the decision: jumps that came back without one are left out.
    var path: [Step]
    /// The decision.
    var verdict: TraceEvent.Verdict
    /// The packet as it came.
    var packet: Packet
}

/// What nftables did with a packet from its coming to its going, in one namespace.
struct TraceVisit: Sendable, Hashable {
    /// The namespace's inode.
    var place: UInt64
    /// The interface by which it came in; nil for a packet that is sent here.
    var input: CInt?
    /// The interface by which it leaves, as far as that is known.
    var output: CInt?
    /// The chains, in the order in which it met them.
    var runs: [ChainRun]

    /// Where it was dropped.
    var drop: ChainRun? { runs.last.flatMap { $0.verdict == .drop ? $0 : nil } }
}

extension TraceVisit {
    /// Makes visits of events, which come rule by rule, of many packets at once. A packet is known by what is in it: the
    /// kernel's number for it changes on its way through a bridge (br_netfilter). A chain that does not come behind the last
    /// one is another visit.
    static func visits(_ events: [TraceEvent], in place: UInt64, _ book: RuleBook) -> [TraceVisit] {
        var builders: [Builder] = []
        var numbers: [UInt32: Int] = [:]
        var latest: [PacketIdentity: Int] = [:]
        for event in events {
            if let packet = event.headers {
                let identity = PacketIdentity(packet)
                let rank = Builder.rank(event.chain, book)
                var index = latest[identity]
                if let known = index, !builders[known].goesOn(to: rank, event) { index = nil }
                if index == nil {
                    index = builders.count
                    builders.append(Builder(visit: TraceVisit(place: place, input: event.input, runs: [])))
                }
                latest[identity] = index
                numbers[event.packet] = index
                if let index { builders[index].begin(event.chain, packet, rank) }
            }
            if let index = numbers[event.packet] { builders[index].note(event) }
        }
        return builders.map(\.visit)
    }

    private struct Builder {
        var visit: TraceVisit
        /// Where the last chain hangs, and its place among those that hang there.
        private var last: Rank?
        /// The rules by which the packet came to where it is: one frame for the base chain, one more for each jump.
        private var frames: [Frame] = []

        struct Frame {
            var chain: String
            var steps: [ChainRun.Step] = []
        }

        struct Rank: Comparable {
            var hook: Int
            var priority: Int32

            static func < (left: Rank, right: Rank) -> Bool {
                (left.hook, left.priority) < (right.hook, right.priority)
            }
        }

        init(visit: TraceVisit) { self.visit = visit }

        static func rank(_ chain: ChainName, _ book: RuleBook) -> Rank? {
            if chain.isOfTrace { return Rank(hook: 0, priority: .min) }
            guard let base = book.base(chain) else { return nil }
            let hook =
                switch base.hook {
                case "prerouting", "output": 0
                case "input", "forward": 1
                default: 2
                }
            return Rank(hook: hook, priority: base.priority)
        }

        func goesOn(to rank: Rank?, _ event: TraceEvent) -> Bool {
            guard visit.drop == nil else { return false }
            guard let rank, let last else { return event.input == visit.input }
            // A bridge hands it on under another interface's name.
            guard rank.hook > 0 || event.input == visit.input else { return false }
            return rank > last || (rank == last && visit.runs.last?.base != event.chain)
        }

        mutating func begin(_ chain: ChainName, _ packet: Packet, _ rank: Rank?) {
            visit.runs.append(ChainRun(base: chain, path: [], verdict: .accept, packet: packet))
            last = rank ?? last
            frames = [Frame(chain: chain.name)]
        }

        mutating func note(_ event: TraceEvent) {
            guard !visit.runs.isEmpty else { return }
            visit.output = event.output ?? visit.output
            var step = ChainRun.Step(chain: event.chain)
            switch event.kind {
            case .end: return
            case .policy: return decide(event.verdict, step)
            case .rule(let handle): step.handle = handle
            }
            settle(in: event.chain.name)
            switch event.verdict {
            case .jump(let target):
                frames[frames.count - 1].steps.append(step)
                frames.append(Frame(chain: target))
            case .goto(let target):
                frames[frames.count - 1].steps.append(step)
                frames[frames.count - 1].chain = target
            case .back, .goOn: break
            case .accept, .drop, .other: decide(event.verdict, step)
            }
        }

        /// The end of a chain that was jumped to tells nothing: the next rule is one of an outer chain, and the jump has led
        /// to nothing.
        private mutating func settle(in chain: String) {
            while frames.count > 1, frames.last?.chain != chain {
                frames.removeLast()
                _ = frames[frames.count - 1].steps.popLast()
            }
        }

        private mutating func decide(_ verdict: TraceEvent.Verdict, _ step: ChainRun.Step) {
            visit.runs[visit.runs.count - 1].verdict = verdict
            visit.runs[visit.runs.count - 1].path = (step.handle == nil ? [] : frames.flatMap(\.steps)) + [step]
        }
    }
}
