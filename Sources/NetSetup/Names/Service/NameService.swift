import CShim
import Namespaces

/// A name server within a poll loop, a container's in that of its supervisor: answers the names of the container's networks
/// from the ``NameDirectory``, and asks the upstream servers for all others, from the host's side.
///
/// It never waits, and a container that floods it costs bounded memory and descriptors. Whatever its networks and servers
/// are, they may be changed at any time; nothing has to be loaded again.
public final class NameService: PollParticipant {
    /// What the container may know.
    public struct Settings: Sendable, Equatable {
        /// Its networks, in the order in which they are asked.
        public var zones: [NameZone]
        /// Who is asked for names that are nobody's here; none makes local-looking names NXDOMAIN and others SERVFAIL.
        public var upstream: [NameServer]
        /// Whether other names are asked for at all: not for a container on internal networks only.
        public var forwards: Bool

        /// Describes a container's view.
        public init(zones: [NameZone], upstream: [NameServer], forwards: Bool = true) {
            self.zones = zones
            self.upstream = upstream
            self.forwards = forwards
        }
    }

    /// To be changed when the container is connected to a network or disconnected from one.
    public var settings: Settings
    /// A sentence for the user when the server could not be set up as it should be.
    public internal(set) var notice: String?

    private var sockets: NameSockets?
    private let directory: NameDirectory
    private let isAlive: (String) -> Bool
    private var turn = 0
    /// Whether there are messages that were left for the next turn.
    private var isBehind = false
    /// How many messages are taken off the connections in one turn.
    private static let turnLimit = 64
    private var connections: [NameConnection] = []
    private var questions: [UpstreamQuestion] = []
    private var buffer = [UInt8](repeating: 0, count: Int(DNSMessage.ownSize))

    /// Where name servers are asked (RFC 1035, section 4.2).
    public static let port: UInt16 = 53
    /// Questions that wait for upstream servers; each holds a descriptor for each server that was asked.
    static let questionLimit = 128
    /// Who asks by TCP; one more takes the place of the one that was silent longest.
    static let connectionLimit = 32

    /// Serves on sockets that are bound; `isAlive` says of a holder's id whether that container runs.
    public init(
        _ sockets: NameSockets, directory: NameDirectory, settings: Settings, isAlive: @escaping (String) -> Bool
    ) {
        self.sockets = sockets
        self.directory = directory
        self.settings = settings
        self.isAlive = isAlive
    }

    /// Closes everything, and so lets the container's network namespace go. Safe to call twice.
    public func stop() {
        sockets = nil
        connections = []
        questions = []
    }

    /// Whether it was stopped, and so serves nobody.
    public var isStopped: Bool { sockets == nil }

    // MARK: The poll loop

    /// Its two sockets, its clients, and what it has asked others.
    public var interest: [pollfd] {
        guard let sockets else { return [] }
        return [sockets.datagrams, sockets.connections].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            + connections.map(\.interest) + questions.flatMap(\.interest)
    }

    /// The first question or connection that runs out of time.
    public var deadline: Moment? {
        isBehind ? .now : (connections.map(\.deadline) + questions.map(\.deadline)).min()
    }

    /// Answers what can be answered; throws nothing, for nothing that somebody sends is worth the container's end.
    public func serve(_ polled: ArraySlice<pollfd>) {
        guard let sockets, polled.count >= 2 else { return }
        isBehind = false
        var rest = polled.dropFirst(2)
        let clients = zip(connections, rest).map { ($0, $1.revents) }
        rest = rest.dropFirst(connections.count)
        serveQuestions(rest)
        // So many a turn: the supervisor has other things to do than to answer one client's pipeline.
        var budget = Self.turnLimit
        for (connection, events) in clients {
            connection.serve(events)
            var share = Self.turnLimit / 8
            while budget > 0, share > 0, let message = connection.next() {
                take(message, from: .stream(connection))
                (budget, share) = (budget - 1, share - 1)
            }
            isBehind = isBehind || share == 0 || budget == 0
        }
        let (datagrams, newcomers) = (polled[polled.startIndex].revents, polled[polled.startIndex + 1].revents)
        if newcomers != 0 { accept(sockets) }
        if datagrams != 0 { receive(sockets) }
        connections.removeAll(where: \.isGone)
    }

    private func serveQuestions(_ polled: ArraySlice<pollfd>) {
        var rest = polled
        questions.removeAll { question in
            let count = question.interest.count
            let own = rest.prefix(count)
            rest = rest.dropFirst(count)
            guard let bytes = question.serve(own) else { return false }
            give(bytes, to: question.asker)
            return true
        }
    }

    private func accept(_ sockets: NameSockets) {
        for _ in 0..<8 {
            let number = minirun_accept(sockets.connections)
            guard number >= 0 else { return }
            if connections.count >= Self.connectionLimit,
                let silent = connections.indices.min(by: { connections[$0].deadline < connections[$1].deadline })
            {
                connections.remove(at: silent)
            }
            connections.append(NameConnection(owning: number))
        }
    }

    /// So many a turn: the supervisor has other things to do.
    private func receive(_ sockets: NameSockets) {
        var sender = sockaddr_in()
        for _ in 0..<64 {
            let count = minirun_receive_from(sockets.datagrams, &buffer, buffer.count, &sender)
            guard count >= 0 else { return }
            take(Array(buffer[..<count]), from: .datagram(sender))
        }
    }

    // MARK: Questions and answers

    private func take(_ bytes: [UInt8], from asker: NameAsker) {
        switch DNSQuery(bytes) {
        case .nothing: give([], to: asker)
        case .refused(let message): give(message.encoded(limit: 512), to: asker)
        case .query(let query):
            guard let question = query.question else { return give([], to: asker) }
            let names = LocalNames(directory: directory, zones: settings.zones, isAlive: isAlive)
            turn &+= 1
            switch names.find(question, turn: turn & Int.max) {
            case .found(let records): give(query.answer(.success, records, isAuthoritative: true), query, to: asker)
            case .nobody: give(query.answer(.noSuchName, isAuthoritative: true), query, to: asker)
            case .unknown(let looksLocal): ask(others: bytes, query, question, looksLocal, for: asker)
            }
        }
    }

    private func ask(
        others bytes: [UInt8], _ query: DNSMessage, _ question: DNSQuestion, _ looksLocal: Bool, for asker: NameAsker
    ) {
        guard settings.forwards else { return give(query.answer(.failure), query, to: asker) }
        guard !settings.upstream.isEmpty else {
            return give(query.answer(looksLocal ? .noSuchName : .failure), query, to: asker)
        }
        guard questions.count < Self.questionLimit else { return give(query.answer(.failure), query, to: asker) }
        let waiting = UpstreamQuestion(bytes, query, question, for: asker, to: settings.upstream)
        if let answer = waiting.serve([]) { give(answer, to: asker) } else { questions.append(waiting) }
    }

    private func give(_ message: DNSMessage, _ query: DNSMessage, to asker: NameAsker) {
        give(message.encoded(limit: asker.isStream ? 65535 : query.udpLimit), to: asker)
    }

    /// A UDP answer that does not get through is lost, as any packet may be: the asker will ask again.
    private func give(_ bytes: [UInt8], to asker: NameAsker) {
        switch asker {
        case .stream(let connection): connection.answer(bytes)
        case .datagram(var sender):
            guard !bytes.isEmpty, let sockets else { return }
            _ = minirun_send_to(sockets.datagrams, bytes, bytes.count, &sender)
        }
    }
}
