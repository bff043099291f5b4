import CShim
import Namespaces
import NetSetup
import SystemPackage

/// `minirun trace`: sends a packet, or waits for one, and tells its way there and back.
///
/// Three witnesses: packet sockets in the namespaces see it pass interfaces, nftables tells which rules it met, and the kernel
/// is asked for routes, neighbours and sockets where something is missing. Whatever is set up for that ends with the process.
public struct Trace {
    private let request: TraceRequest
    private let scene: TraceScene
    private let format: Format
    /// What a page draws the way on.
    private let picture: Scene?

    /// How it is told.
    public enum Format: String, Sendable {
        /// A line for each step.
        case text
        /// An object for each packet.
        case json
        /// A page with the way on the picture of the host.
        case html
    }

    /// Finds both ends. Throws `UsageError`, `NoSuchContainer`, `ContainerConflict`, `KernelError`.
    public init(_ request: TraceRequest, format: String, _ paths: StatePaths) throws {
        guard let format = Format(rawValue: format) else { throw UsageError(TraceWords.badFormat(format)) }
        try Privilege.check(TraceWords.needsRoot)
        self.request = request
        self.format = format
        scene = try TraceScene(request, paths)
        picture = format == .html ? Scene(try Topology(paths)) : nil
    }

    /// Traces as many packets as are wanted and prints what was found. Returns the exit code: 0 when all were answered, 1 when
    /// one was not, 128+n after signal n.
    public func run() throws -> Int32 {
        // Before there is anything to signal, so that no signal is lost in between.
        let signals = try SignalQueue()
        var code: Int32 = 0
        var packets: [TracePage.Packet] = []
        defer { if let picture, !packets.isEmpty { print(TracePage(packets, on: picture).document, terminator: "") } }
        for number in 0..<request.count {
            let recorder = try TraceRecorder(scene, request, signals, isFirst: number == 0)
            switch try recorder.record() {
            case .interrupted(let signal): return 128 + signal
            case .nothing:
                StandardError.write("minirun: \(TraceWords.nothingCame)\n")
                return 1
            case .found(let result):
                let report = TraceReport(result, request)
                switch format {
                case .text: print(report.text)
                case .json: print(report.json.pretty)
                case .html: packets.append(report.packet)
                }
                fflush(nil)
                if !result.verdict.isGood { code = 1 }
            }
        }
        return code
    }
}

/// Records what happens to one packet.
final class TraceRecorder {
    enum Outcome {
        case found(TraceResult)
        case nothing
        case interrupted(Int32)
    }

    private let scene: TraceScene
    private let request: TraceRequest
    private let signals: SignalQueue
    private let family: IPAddress.Family
    private let probe: ProbeSocket?
    private var sockets: [(place: UInt64, socket: PacketSocket)] = []
    private var tables: [(place: UInt64, table: TraceTable)] = []
    private var books: [UInt64: RuleBook] = [:]
    private var sightings: [TraceSighting] = []
    private var events: [UInt64: [TraceEvent]] = [:]
    /// The packet, once it was seen.
    private var beginning: (signature: PacketSignature, flow: Flow)?

    /// So much is kept of what comes before the packet that is waited for.
    private static let keep = 4096
    /// What belongs together comes within this time, in seconds.
    private static let grace = 0.06
    /// So long after a drop somebody may still say no.
    private static let graceAfterDrop = 0.3

    init(_ scene: TraceScene, _ request: TraceRequest, _ signals: SignalQueue, isFirst: Bool) throws {
        self.scene = scene
        self.request = request
        self.signals = signals
        family = scene.destinations.first?.family ?? .v4
        if !scene.waits, let start = scene.start, let address = scene.destinations.first {
            probe = try ProbeSocket(request.kind, to: address, request.port ?? 0, in: start.handle.descriptor)
        } else {
            probe = nil
        }
        let number = request.kind.number(family)
        for place in scene.places {
            do {
                let socket = try PacketSocket(
                    in: place.handle.descriptor, .network, filter: PacketSocket.filter(transport: number), longest: 256)
                sockets.append((place.inode, socket))
            } catch  where isFirst { Self.tell(TraceWords.noListening(place.title, error)) } catch {}
        }
        for place in scene.tracedPlaces {
            do {
                tables.append((place.inode, try TraceTable(selection(number), in: place.handle.descriptor)))
                books[place.inode] = try RuleBook(in: place.handle.descriptor)
            } catch  where isFirst { Self.tell(TraceWords.noTracing(place.title, error)) } catch {}
        }
        // The kernel begins to note the times of packets a little after the first socket has asked for them; whoever takes a
        // packet before that finds the time of the taking.
        usleep(20000)
        if isFirst, scene.waits {
            let port = request.port.map { ":\($0)" } ?? ""
            Self.tell(TraceWords.waiting(request.kind.rawValue, request, port))
        }
    }

    private static func tell(_ text: String) { StandardError.write("\(text)\n") }

    private func selection(_ number: UInt8) -> TraceTable.Selection {
        if let probe {
            return request.kind == .icmp
                ? .ping(identifier: probe.ownPort) : .from(protocol: number, port: probe.ownPort)
        }
        return request.kind == .icmp ? .pings : .to(protocol: number, ports: scene.answeringPorts)
    }

    // MARK: Listening

    func record() throws -> Outcome {
        var failure: Errno?
        if let probe {
            failure = probe.send(scope: scope)
            if failure != nil { return .found(result(failure)) }
        }
        var deadline = request.timeout.map { Moment.after(seconds: $0) }
        if probe != nil { deadline = deadline ?? .after(seconds: TraceRequest.usualTimeout) }
        var end: Moment?
        while true {
            let moment = [deadline, end].compactMap(\.self).min()
            if let moment, moment.hasCome { break }
            if let signal = try wait(until: moment) { return .interrupted(signal) }
            let wasFound = beginning != nil
            look()
            guard beginning != nil else { continue }
            if !wasFound, scene.waits {
                deadline = .after(seconds: min(request.timeout ?? 60, TraceRequest.usualTimeout))
            }
            if end == nil, let rest = rest() { end = .after(seconds: rest) }
        }
        guard beginning != nil || probe != nil else { return .nothing }
        failure = probe?.failure()
        return .found(result(failure))
    }

    /// The interface of a link-local address, which is nothing without one.
    private var scope: CInt {
        guard let address = scene.destinations.first, address.isLinkLocal, address.family == .v6 else { return 0 }
        return scene.start?.survey.links.first { !$0.isLoopback && $0.isUp }?.index ?? 0
    }

    /// Waits for something to come; returns the signal that says to stop.
    private func wait(until moment: Moment?) throws -> Int32? {
        var polled = [pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0)]
        polled += (sockets.map(\.socket.descriptor) + tables.map(\.table.descriptor)).map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        if poll(&polled, nfds_t(polled.count), Moment.milliseconds(until: moment)) < 0 {
            let error = Errno.current
            if error == .interrupted { return nil }
            throw KernelError("wait for packets", error)
        }
        return signals.take().first { [SIGINT, SIGTERM, SIGHUP, SIGQUIT].contains($0) }
    }

    /// Takes what has come.
    private func look() {
        for (place, socket) in sockets {
            while let capture = socket.take() {
                let packet = Packet(capture.bytes, protocol: capture.protocol)
                sightings.append(
                    TraceSighting(
                        place: place, link: capture.link, isOutgoing: capture.isOutgoing, time: capture.time,
                        packet: packet))
            }
        }
        for (place, table) in tables { events[place, default: []] += table.take() }
        sightings.sort { $0.time < $1.time }
        if beginning == nil { begin() }
        guard beginning == nil else { return }
        // Only what is young can belong to a packet that is yet to come.
        if sightings.count > Self.keep { sightings.removeFirst(sightings.count - Self.keep) }
        for (place, list) in events where list.count > Self.keep {
            events[place] = Array(list.suffix(Self.keep))
        }
    }

    /// Finds the packet among what was seen.
    private func begin() {
        for sighting in sightings {
            guard let signature = PacketSignature(sighting.packet), let flow = sighting.packet.flow,
                isWanted(flow, sighting)
            else { continue }
            return beginning = (signature, flow)
        }
        for (place, list) in events {
            for event in list {
                guard let packet = event.headers, let signature = PacketSignature(packet), let flow = packet.flow,
                    isWanted(flow, place, event.input)
                else { continue }
                return beginning = (signature, flow)
            }
        }
    }

    private func isWanted(_ flow: Flow, _ sighting: TraceSighting) -> Bool {
        isWanted(flow, sighting.place, sighting.isOutgoing ? nil : sighting.link)
    }

    private func isWanted(_ flow: Flow, _ place: UInt64, _ input: CInt?) -> Bool {
        guard flow.protocol == request.kind.number(flow.source.family) else { return false }
        if let probe {
            return flow.sourcePort == probe.ownPort && place == scene.start?.inode
                && flow.destination == scene.destinations.first
        }
        guard scene.destinations.contains(flow.destination),
            scene.ports.isEmpty || scene.ports.contains(flow.destinationPort)
        else { return false }
        if let entry = scene.entry { return place == scene.places.first?.inode && input == entry.index }
        return scene.sources?.contains(flow.source) ?? true
    }

    // MARK: The end

    /// How long to wait for the rest, once there is an answer or a drop; nil while there is neither.
    private func rest() -> Double? {
        let assembly = assembly()
        let start = scene.start?.inode
        let hasAnswer = assembly.back.contains { hop in
            guard case .passed(_, let isOutgoing) = hop.event else { return false }
            return start == nil || scene.waits || (hop.place == start && !isOutgoing)
        }
        if hasAnswer { return Self.grace }
        return assembly.drops.isEmpty ? nil : Self.graceAfterDrop
    }

    private func assembly() -> TraceAssembly {
        let visits = events.flatMap { place, list in
            TraceVisit.visits(list, in: place, books[place] ?? RuleBook())
        }
        let beginning = beginning ?? (.datagram([]), Self.noFlow)
        return TraceAssembly(
            signature: beginning.signature, flow: beginning.flow, start: scene.start?.inode, sightings, visits)
    }

    private static let noFlow = Flow(
        protocol: 0, source: IPAddress(v4: 0), sourcePort: 0, destination: IPAddress(v4: 0), destinationPort: 0)

    /// Who would have talked to whom, had anything been seen.
    private var intended: Flow {
        let destination = scene.destinations.first ?? IPAddress(v4: 0)
        let own = scene.start.flatMap { place in
            try? NetlinkSocket(.route, in: place.handle.descriptor).way(to: destination)?.source
        }
        return Flow(
            protocol: request.kind.number(family), source: own ?? .unspecified(family),
            sourcePort: probe?.ownPort ?? 0, destination: destination, destinationPort: request.port ?? 0)
    }

    private func result(_ failure: Errno?) -> TraceResult {
        look()
        return TraceResult(
            scene: scene, books: books, assembly: assembly(), flow: beginning?.flow ?? intended, kind: request.kind,
            failure: failure)
    }
}
