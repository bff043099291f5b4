import CShim
import Namespaces
import NetSetup
import SystemPackage

/// What has become of a packet.
enum TraceVerdict: Sendable, Hashable {
    /// There was an answer: `SYN,ACK`, `echo reply`, a datagram.
    case answered(String, nanoseconds: Int64?)
    /// TCP's refusal: nobody listens, or a rule says so.
    case refused(by: String, nanoseconds: Int64?)
    /// An error came back.
    case unreachable(String, from: IPAddress?)
    /// A rule has dropped it; of the answer when `isAnswer`.
    case dropped(String, isAnswer: Bool)
    /// It was given to a socket, and nothing came back.
    case delivered(String)
    /// It got lost, and where.
    case lost(String)
    /// It did not leave, and why.
    case unsent(String)

    /// Whether all is well.
    var isGood: Bool { if case .answered = self { true } else { false } }
}

/// What was found out about one packet.
struct TraceResult {
    let scene: TraceScene
    let books: [UInt64: RuleBook]
    let assembly: TraceAssembly
    let flow: Flow
    let verdict: TraceVerdict
    /// The socket that it was for, and where.
    let socket: (place: TraceScene.Place, holder: SocketHolder?)?

    /// `failure` is what the sender's socket has met; `isSent` whether the kernel took the packet at all.
    init(
        scene: TraceScene, books: [UInt64: RuleBook], assembly: TraceAssembly, flow: Flow, kind: ProbeSocket.Kind,
        failure: Errno?
    ) {
        self.scene = scene
        self.books = books
        self.assembly = assembly
        self.flow = flow
        let judge = TraceJudge(scene: scene, books: books, assembly: assembly, flow: flow, kind: kind)
        socket = judge.socket()
        verdict = judge.verdict(socket, failure)
    }
}

/// Judges by what was seen, and asks the kernel where something is missing.
struct TraceJudge {
    let scene: TraceScene
    let books: [UInt64: RuleBook]
    let assembly: TraceAssembly
    let flow: Flow
    let kind: ProbeSocket.Kind

    private var last: TraceAssembly.Hop? { assembly.forward.last }
    private var start: UInt64? { scene.start?.inode }

    /// The socket, where the packet has come to its end.
    func socket() -> (place: TraceScene.Place, holder: SocketHolder?)? {
        guard let last, let place = scene.place(last.place), !assembly.drops.contains(where: { $0.side == .forward }),
            let flow = last.changed ?? last.flow, place.has(flow.destination)
        else { return nil }
        // On its way out it has not arrived yet.
        if case .passed(_, isOutgoing: true) = last.event { return nil }
        // Translated to somewhere else, perhaps, and then refused: the input hook has not seen it.
        if let book = books[last.place], book.hasChain(on: "input", flow.destination.family),
            let visit = assembly.visits.last(where: { $0.place == last.place }),
            !visit.runs.contains(where: { book.base($0.base)?.hook == "input" })
        {
            return nil
        }
        guard let transport = TransportProtocol(rawValue: kind.rawValue) else { return (place, nil) }
        return (
            place,
            SocketHolder.find(
                transport, flow.destinationPort, at: flow.destination, in: place.handle.descriptor)
        )
    }

    func verdict(
        _ socket: (place: TraceScene.Place, holder: SocketHolder?)?, _ failure: Errno?
    ) -> TraceVerdict {
        let refusal = assembly.drops.first { $0.side == .forward }
        if let answer = answer() {
            if case .answered = answer { return answer }
            guard let refusal else { return answer }
            return .refused(by: TraceWords.rule(refusal.run, books[refusal.visit.place]), nanoseconds: elapsed)
        }
        if let refusal {
            let rule = TraceWords.rule(refusal.run, books[refusal.visit.place])
            return .dropped(TraceWords.at(hook(refusal.run, refusal.visit), rule), isAnswer: false)
        }
        if let drop = assembly.drops.first(where: { $0.side == .back }) {
            let rule = TraceWords.rule(drop.run, books[drop.visit.place])
            return .dropped(TraceWords.at(hook(drop.run, drop.visit), rule), isAnswer: true)
        }
        if let socket {
            guard let holder = socket.holder else { return .lost(TraceWords.silent(socket.place.title, kind)) }
            return .delivered(TraceWords.socket(holder, socket.place.title))
        }
        if last == nil, let start = scene.start, !scene.waits {
            return .unsent(unanswered(in: start, flow) ?? TraceWords.notSent(start.title, flow, failure))
        }
        return .lost(loss())
    }

    /// `host forward`.
    private func hook(_ run: ChainRun, _ visit: TraceVisit) -> String {
        "\(scene.place(visit.place)?.title ?? "?") \(books[visit.place]?.base(run.base)?.hook ?? run.base.name)"
    }

    /// What came back to where it was sent from; without such a place, what was seen of an answer at all.
    private func answer() -> TraceVerdict? {
        // It may have come in, and have got no further.
        let isDropped = assembly.drops.contains { $0.side == .back && (scene.waits || $0.visit.place == start) }
        if isDropped { return nil }
        let arrived = assembly.back.last { hop in
            guard case .passed(_, let isOutgoing) = hop.event else { return false }
            return start == nil || scene.waits || (hop.place == start && !isOutgoing)
        }
        guard let arrived else { return nil }
        switch arrived.packet.transport {
        case .tcp(let tcp):
            guard tcp.isReset else { return .answered(PacketLine.flagNames(tcp.flags), nanoseconds: elapsed) }
            return .refused(by: "", nanoseconds: elapsed)
        case .icmp(let icmp) where icmp.isError:
            let family: IPAddress.Family = flow.source.family
            var source: IPAddress?
            if case .ip(let header) = arrived.packet.network { source = header.source }
            return .unreachable(PacketLine.errorName(icmp, family), from: source)
        case .icmp: return .answered(TraceWords.echoReply, nanoseconds: elapsed)
        default: return .answered(TraceWords.datagram(arrived.packet.payloadLength), nanoseconds: elapsed)
        }
    }

    /// From the first sighting of the packet to the last one of the answer at the same place.
    private var elapsed: Int64? {
        let first = assembly.forward.first { $0.time != nil }
        let end = assembly.back.last { $0.time != nil && $0.place == first?.place }
        guard let began = first?.time, let ended = end?.time else { return nil }
        return max(0, ended - began)
    }

    // MARK: Where it got lost

    private func loss() -> String {
        guard let last, let place = scene.place(last.place) else { return TraceWords.nothingSeen }
        let flow = last.changed ?? last.flow ?? self.flow
        if let words = downOnTheWay(to: flow.destination) { return words }
        switch last.event {
        case .passed(let link, isOutgoing: true):
            if let words = unanswered(in: place, flow) { return words }
            return TraceWords.left(place.title, place.link(link)?.name ?? "?")
        case .passed(let link, isOutgoing: false): return stopped(in: place, flow, link)
        case .decided(let run):
            if let words = unanswered(in: place, flow) { return words }
            let hook = books[last.place]?.base(run.base)?.hook
            let visit = assembly.visits.last { $0.place == last.place }
            if hook == "prerouting" { return stopped(in: place, flow, visit?.input) }
            return TraceWords.after(place.title, hook ?? run.base.name)
        }
    }

    /// An interface by which one of those who passed it on would reach the destination, were it up: without it the kernel has
    /// taken another way.
    private func downOnTheWay(to destination: IPAddress) -> String? {
        for place in assembly.forward.map(\.place).unique.compactMap(scene.place) where !place.has(destination) {
            let links = place.survey.addresses.filter { $0.prefix.length > 0 && $0.prefix.contains(destination) }
            guard let link = links.lazy.compactMap({ place.link($0.link) }).first(where: { !$0.isUp }) else { continue }
            return TraceWords.isDown(place.title, link.name)
        }
        return nil
    }

    /// Nobody on the link has said that the next hop is his.
    private func unanswered(in place: TraceScene.Place, _ flow: Flow) -> String? {
        guard let socket = try? NetlinkSocket(.route, in: place.handle.descriptor),
            let way = try? socket.way(to: flow.destination), let neighbours = try? socket.neighbours()
        else { return nil }
        let next = way.gateway ?? flow.destination
        let neighbour = neighbours.first { $0.address == next && $0.link == way.link && $0.isUnanswered }
        return neighbour.map { TraceWords.noNeighbour($0, place.link(way.link)?.name ?? "?", place.title) }
    }

    /// It came in and went nowhere: what would the kernel do with such a one?
    private func stopped(in place: TraceScene.Place, _ flow: Flow, _ link: CInt?) -> String {
        guard let link, let socket = try? NetlinkSocket(.route, in: place.handle.descriptor) else {
            return TraceWords.cameIn(place.title, "?")
        }
        let name = place.link(link)?.name ?? "?"
        let port = place.link(link)?.master.flatMap { place.link($0) }
        if let port, port.kind == "bridge" {
            return port.isUp
                ? TraceWords.stuckAtBridge(place.title, name, port.name) : TraceWords.isDown(place.title, port.name)
        }
        do { _ = try socket.way(to: flow.destination, from: flow.source, over: link) } catch {
            if !place.has(flow.destination), !forwards(place, flow) { return TraceWords.notForwarding(place.title) }
            return TraceWords.noWay(place.title, flow, name, error.errno)
        }
        // To a port that is published: translated, and then it had no way.
        let leadsOn = place.inode == scene.places.first?.inode && !scene.published.isEmpty
        if leadsOn, !forwards(place, flow) { return TraceWords.notForwarding(place.title) }
        return TraceWords.cameIn(place.title, name)
    }

    private func forwards(_ place: TraceScene.Place, _ flow: Flow) -> Bool {
        let setting: FilePath =
            flow.destination.family == .v4
            ? "/proc/sys/net/ipv4/ip_forward" : "/proc/sys/net/ipv6/conf/all/forwarding"
        let value = try? NetworkVisit.run(in: place.handle.descriptor) { try Files.text(setting).trimmed }
        return value != "0"
    }
}
