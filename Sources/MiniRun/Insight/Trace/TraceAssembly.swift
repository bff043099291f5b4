import NetSetup

/// Puts together what was seen of one packet and of the answer to it. Pure: sightings and visits in, hops out.
///
/// A packet is known again by its signature. An answer is one by its addresses and ports: those of the packet at some place,
/// the other way round.
struct TraceAssembly {
    /// One thing that happened to the packet, in one place.
    enum Event: Sendable, Hashable {
        /// It passed an interface.
        case passed(CInt, isOutgoing: Bool)
        /// A base chain decided.
        case decided(ChainRun)
    }

    /// A step of its way.
    struct Hop: Sendable, Hashable {
        /// The namespace's inode.
        var place: UInt64
        /// What happened.
        var event: Event
        /// Who talked to whom before it; nil for an ICMP error.
        var flow: Flow?
        /// The same afterwards, if NAT has changed it here.
        var changed: Flow?
        /// The packet.
        var packet: Packet
        /// When; nil for what nftables tells, which knows no time.
        var time: Int64?
    }

    /// Which way a packet goes.
    enum Side { case forward, back }

    /// The packet's way.
    private(set) var forward: [Hop] = []
    /// The answer's.
    private(set) var back: [Hop] = []
    /// The visit in which it was dropped, of whichever side.
    private(set) var drops: [(side: Side, visit: TraceVisit, run: ChainRun)] = []
    /// The visits of the packet itself.
    private(set) var visits: [TraceVisit] = []
    private let signature: PacketSignature
    private var flows: Set<Flow>
    private var openings: Set<UInt32> = []

    /// From where the packet was sent, or seen first; and everything that was seen, in the order of time.
    init(signature: PacketSignature, flow: Flow, start: UInt64?, _ sightings: [TraceSighting], _ visits: [TraceVisit]) {
        self.signature = signature
        flows = [flow]
        if case .opening(let sequence) = signature { openings = [sequence] }
        // What nftables saw after a translation may never have been on a wire. Twice, for a translation may follow another.
        for _ in 0..<2 {
            for sighting in sightings where side(of: sighting.packet) == .forward { note(sighting.packet) }
            for run in visits.flatMap(\.runs) where side(of: run.packet) == .forward { note(run.packet) }
        }
        let mine = Self.firsts(sightings.filter { side(of: $0.packet) == .forward })
        let answers = Self.firsts(sightings.filter { side(of: $0.packet) == .back })
        let mineVisits = Self.firsts(visits.filter { $0.runs.first.flatMap { side(of: $0.packet) } == .forward })
        let answerVisits = Self.firsts(visits.filter { $0.runs.first.flatMap { side(of: $0.packet) } == .back })
        self.visits = mineVisits
        forward = Self.merge(mine, mineVisits, isStart: { $0 == start })
        back = Self.merge(answers, answerVisits, isStart: { _ in false })
        for (side, list) in [(Side.forward, mineVisits), (.back, answerVisits)] {
            drops += list.compactMap { visit in visit.drop.map { (side, visit, $0) } }
        }
    }

    /// Which way a packet goes, if it has to do with ours at all.
    func side(of packet: Packet) -> Side? {
        if let (_, about) = packet.complaint {
            let isOurs = about.flow.map(flows.contains) ?? isCutError(packet)
            return isOurs ? .back : nil
        }
        guard let flow = packet.flow else { return nil }
        if flows.contains(flow.reversed), isAnswer(packet) { return .back }
        return PacketSignature(packet) == signature ? .forward : nil
    }

    /// An error of which nftables has told no more than to whom it goes.
    private func isCutError(_ packet: Packet) -> Bool {
        guard case .ip(let header) = packet.network, case .icmp(let icmp) = packet.transport, icmp.isError else {
            return false
        }
        return packet.payload.count <= 12 && flows.contains { $0.source == header.destination }
    }

    private func isAnswer(_ packet: Packet) -> Bool {
        guard case .tcp(let tcp) = packet.transport else { return PacketSignature.isAnswer(packet) }
        return tcp.flags & 0x10 != 0 && openings.contains(tcp.acknowledgement &- 1)
    }

    private mutating func note(_ packet: Packet) {
        if let flow = packet.flow { flows.insert(flow) }
    }

    /// What is sent again for want of an answer passes the same places in the same way: only the first counts.
    private static func firsts(_ sightings: [TraceSighting]) -> [TraceSighting] {
        struct Key: Hashable {
            var place: UInt64
            var link: CInt
            var isOutgoing: Bool
            var flow: Flow?
        }
        var seen: Set<Key> = []
        return sightings.filter {
            seen.insert(Key(place: $0.place, link: $0.link, isOutgoing: $0.isOutgoing, flow: $0.packet.flow)).inserted
        }
    }

    private static func firsts(_ visits: [TraceVisit]) -> [TraceVisit] {
        struct Key: Hashable {
            var place: UInt64
            var input: CInt?
            var flow: Flow?
        }
        var seen: Set<Key> = []
        return visits.filter {
            seen.insert(Key(place: $0.place, input: $0.input, flow: $0.runs.first?.packet.flow)).inserted
        }
    }

    /// nftables tells no time. A visit comes behind the sighting at the interface by which the packet came in; of a packet
    /// that is sent there, before it leaves.
    private static func merge(
        _ sightings: [TraceSighting], _ visits: [TraceVisit], isStart: (UInt64) -> Bool
    ) -> [Hop] {
        var keyed: [(key: Double, hop: Hop)] = sightings.enumerated().map { index, sighting in
            let hop = Hop(
                place: sighting.place, event: .passed(sighting.link, isOutgoing: sighting.isOutgoing),
                flow: sighting.packet.flow, packet: sighting.packet, time: sighting.time)
            return (Double(index), hop)
        }
        var used: Set<Int> = []
        for visit in visits {
            let key = key(of: visit, among: sightings, &used, isStart)
            // What a trace's own table does is nothing: it only marks where the packet comes in.
            let part = visit.runs.enumerated().filter { !$1.base.isOfTrace }.map { index, run in
                (
                    key + Double(index) / 1000,
                    Hop(place: visit.place, event: .decided(run), flow: run.packet.flow, packet: run.packet)
                )
            }
            keyed += part
        }
        // Sorting in Swift is stable.
        var hops = keyed.sorted { $0.key < $1.key }.map(\.hop)
        for index in hops.indices.dropLast() {
            guard case .decided = hops[index].event, hops[index + 1].place == hops[index].place,
                let next = hops[index + 1].flow, next != hops[index].flow
            else { continue }
            hops[index].changed = next
        }
        return hops
    }

    private static func key(
        of visit: TraceVisit, among sightings: [TraceSighting], _ used: inout Set<Int>, _ isStart: (UInt64) -> Bool
    ) -> Double {
        let flow = visit.runs.first?.packet.flow
        func first(_ isWanted: (TraceSighting) -> Bool) -> Int? {
            sightings.indices.first {
                !used.contains($0) && sightings[$0].place == visit.place && isWanted(sightings[$0])
            }
        }
        if let input = visit.input {
            let anchor =
                first { !$0.isOutgoing && $0.link == input && $0.packet.flow == flow }
                ?? first { !$0.isOutgoing && $0.link == input } ?? first { !$0.isOutgoing }
            guard let anchor else { return Double(sightings.count) + 0.5 }
            used.insert(anchor)
            return Double(anchor) + 0.25
        }
        guard let anchor = first({ $0.isOutgoing }) else {
            let last = sightings.lastIndex { $0.place == visit.place }
            return isStart(visit.place) ? -1 : last.map { Double($0) + 0.75 } ?? Double(sightings.count) + 0.5
        }
        used.insert(anchor)
        return Double(anchor) - 0.5
    }
}

extension PacketSignature {
    /// Whether a packet without flags can be an answer: a ping's has a type of its own.
    fileprivate static func isAnswer(_ packet: Packet) -> Bool {
        if case .icmp(let icmp) = packet.transport { return icmp.kind == .echoReply }
        return true
    }
}
