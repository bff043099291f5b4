import CShim
import Namespaces
import SystemPackage

/// Tries real connections between network namespaces, all at the same time. In each namespace a socket of our own listens,
/// so nobody's server is bothered, and nobody has to run one.
public struct ConnectionProbe {
    /// What carries the question.
    public enum Transport: String, Sendable, CaseIterable {
        /// A connection that is established.
        case tcp
        /// A datagram that arrives.
        case udp
    }

    /// One question: does this namespace reach that one at this address?
    public struct Question: Sendable, Hashable {
        /// The index of the namespace that asks.
        public var from: Int
        /// The index of the namespace that is asked.
        public var to: Int
        /// Where.
        public var address: IPAddress

        /// Gathers the three.
        public init(from: Int, to: Int, address: IPAddress) {
            self.from = from
            self.to = to
            self.address = address
        }
    }

    private let namespaces: [NamespaceHandle]
    private let transport: Transport
    private let patience: Double

    /// A probe between these namespaces. A packet that is dropped is waited for `patience` seconds.
    public init(_ namespaces: [NamespaceHandle], transport: Transport = .tcp, patience: Double = 0.7) {
        self.namespaces = namespaces
        self.transport = transport
        self.patience = patience
    }

    /// Asks everything; true for each that arrived. Throws `KernelError` when a namespace cannot be entered.
    public func ask(_ questions: [Question]) throws -> [Bool] {
        var attempts: [Attempt] = []
        var listeners: [[IPAddress.Family: Listener]] = []
        // What a namespace has to ask, and its listeners, are opened in one visit.
        for (index, namespace) in namespaces.enumerated() {
            let own = questions.indices.filter { questions[$0].from == index }
            let families: [IPAddress.Family] = IPv6.isPresent(mtu: IPv6.minimumMTU) ? [.v4, .v6] : [.v4]
            let wishes = (families + own.map { questions[$0].address.family }).map(wish)
            let opened = try OpenedSockets(wishes, in: namespace.descriptor)
            var found: [IPAddress.Family: Listener] = [:]
            for (number, family) in families.enumerated() {
                found[family] = try? Listener(opened.take(number), family, transport)
            }
            listeners.append(found)
            for (number, question) in own.enumerated() {
                attempts.append(Attempt(question, try opened.take(families.count + number)))
            }
        }
        for attempt in attempts {
            let question = questions[attempt.question]
            guard let port = listeners[question.to][question.address.family]?.port else { continue }
            attempt.begin(question.address, port, transport)
        }
        wait(attempts, listeners.flatMap(\.values))
        let arrived = Set(listeners.flatMap(\.values).flatMap(\.words))
        var answers = [Bool](repeating: false, count: questions.count)
        for attempt in attempts {
            answers[attempt.question] = transport == .tcp ? attempt.isEstablished : arrived.contains(attempt.word)
        }
        return answers
    }

    private func wish(_ family: IPAddress.Family) -> minirun_socket_wish {
        let kind = transport == .tcp ? SOCK_STREAM : SOCK_DGRAM
        return minirun_socket_wish(
            family: family.rawValue, type: CInt(kind.rawValue | SOCK_NONBLOCK.rawValue), protocol: 0)
    }

    /// Until all have their answers, or nobody is to be waited for any more.
    private func wait(_ attempts: [Attempt], _ listeners: [Listener]) {
        let end = Moment.after(seconds: patience)
        while true {
            let open = attempts.filter(\.isOpen)
            // A datagram is not answered: what arrives, arrives at the listeners.
            var polled = transport == .tcp ? open.map(\.interest) : listeners.map(\.interest)
            let isDone =
                transport == .tcp
                ? open.isEmpty : listeners.reduce(0) { $0 + $1.words.count } >= attempts.count(where: \.isSent)
            if isDone || end.hasCome { return }
            guard poll(&polled, nfds_t(polled.count), Moment.milliseconds(until: end)) >= 0 else {
                if Errno.current == .interrupted { continue }
                return
            }
            if transport == .tcp {
                for (attempt, answer) in zip(open, polled) where answer.revents != 0 { attempt.finish() }
            } else {
                for (listener, answer) in zip(listeners, polled) where answer.revents != 0 { listener.hear() }
            }
        }
    }
}

/// A socket that waits for whoever comes.
private final class Listener {
    let port: UInt16
    /// What has arrived by datagrams.
    private(set) var words: [UInt32] = []
    private let socket: OwnedDescriptor

    init(_ socket: consuming OwnedDescriptor, _ family: IPAddress.Family, _ transport: ConnectionProbe.Transport) throws
    {
        let number = socket.rawValue
        let address = IPAddress.unspecified(family)
        guard minirun_bind(number, family.rawValue, address.bytes, 0) == 0,
            transport == .udp || listen(number, 256) == 0
        else { throw KernelError.current("listen in a network namespace") }
        port = UInt16(clamping: minirun_bound_port(number))
        self.socket = socket
    }

    var interest: pollfd { pollfd(fd: socket.rawValue, events: Int16(POLLIN), revents: 0) }

    func hear() {
        var word: UInt32 = 0
        while recv(socket.rawValue, &word, MemoryLayout<UInt32>.size, 0) == MemoryLayout<UInt32>.size {
            words.append(word)
        }
    }
}

/// A socket that asks.
private final class Attempt {
    /// The index of its question.
    let question: Int
    /// What tells its datagram from others.
    let word = UInt32.random(in: .min ... .max)
    private(set) var isOpen = false
    private(set) var isEstablished = false
    private(set) var isSent = false
    private let socket: OwnedDescriptor

    init(_ question: Int, _ socket: consuming OwnedDescriptor) {
        self.question = question
        self.socket = socket
    }

    var interest: pollfd { pollfd(fd: socket.rawValue, events: Int16(POLLOUT), revents: 0) }

    func begin(_ address: IPAddress, _ port: UInt16, _ transport: ConnectionProbe.Transport) {
        let number = socket.rawValue
        let failed = minirun_connect(number, address.family.rawValue, address.bytes, port, 0) != 0
        if transport == .udp {
            var word = word
            isSent = !failed && send(number, &word, MemoryLayout<UInt32>.size, CInt(MSG_NOSIGNAL)) > 0
        } else {
            isEstablished = !failed
            isOpen = failed && Errno.current == Errno(rawValue: EINPROGRESS)
        }
    }

    /// The kernel has made up its mind.
    func finish() {
        isEstablished = Errno.pending(on: socket.rawValue) == nil
        isOpen = false
    }
}
