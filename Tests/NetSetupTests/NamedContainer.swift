import CShim
import Namespaces
import SystemPackage
import Testing

@testable import NetSetup

/// A host and a container on it, each a network namespace, with the container's name server between them. All servers run
/// on the test's own thread while a question is asked, so that nothing has to be waited for.
final class NamedContainer {
    let host: PrivateNetwork
    let inside: PrivateNetwork
    let place: NamePlace
    let stage = Stage()
    let service: NameService
    private var servers: [any PollParticipant] = []

    /// In networks `lab` (172.18.0.0/24, fd00::/64) and `net two`, filed under `second`.
    init(
        upstream: [String] = [], forwards: Bool = true, rewritesPorts: Bool = true, opensTogether: Bool = false
    ) throws {
        host = try .host()
        inside = try PrivateNetwork()
        place = try NamePlace()
        let zones = [
            NameZone(
                network: "lab", suffix: "lab",
                subnets: ["172.18.0.0/24", "fd00::/64"].compactMap(IPPrefix.init)),
            NameZone(network: "second", suffix: "课堂", subnets: ["172.19.0.0/24"].compactMap(IPPrefix.init)),
        ]
        var step = ServeNames(
            directory: place.names,
            settings: .init(zones: zones, upstream: upstream.compactMap(NameServer.init), forwards: forwards),
            isAlive: place.isAlive)
        step.rewritesPorts = rewritesPorts
        stage.leave(ContainerNetlink(NamespaceHandle(owning: OwnedDescriptor(owning: dup(inside.descriptor)))))
        if opensTogether { try PrepareInside().apply(on: stage) }
        try ConfigureInside().apply(on: stage)
        try step.apply(on: stage)
        service = try #require(stage.resource(NameService.self))
    }

    deinit { stage.undo.unwind() }

    /// Files names; the first is the canonical one.
    func register(_ names: [String], _ addresses: [String], holder: String = "c1", network: String = "lab") throws {
        try place.names.register(NamePlace.entry(names, addresses, holder: holder), in: network)
    }

    /// Lets somebody else be served, too.
    func add(_ server: some PollParticipant) { servers.append(server) }

    /// What dig says in the container: `words` are its arguments.
    func dig(_ words: String) throws -> String { try shell("dig @127.0.0.11 +tries=1 +time=4 \(words)") }

    /// Its short form: the answers, one a line.
    func short(_ words: String) throws -> [String] {
        try dig("+short \(words)").split(separator: "\n").map(String.init)
    }

    /// The status in dig's header: NOERROR, NXDOMAIN.
    func status(_ words: String) throws -> String {
        let text = try dig(words)
        let status = text.split(separator: "status: ").dropFirst().first?.prefix { $0 != "," }
        return status.map(String.init) ?? text
    }

    /// Runs bash in the container while all servers are at work in the host; what it printed, whether it failed or not.
    func shell(_ script: String) throws -> String {
        let process = try inside.run { try Background(script) }
        try host.run {
            while !process.hasEnded {
                let participants: [any PollParticipant] = [service, process] + servers
                let wishes = participants.map(\.interest)
                var polled = wishes.flatMap(\.self)
                let timeout = Moment.milliseconds(until: participants.compactMap(\.deadline).min())
                guard poll(&polled, nfds_t(polled.count), timeout) >= 0 else { continue }
                var start = 0
                for (participant, wish) in zip(participants, wishes) {
                    try participant.serve(polled[start..<start + wish.count])
                    start += wish.count
                }
            }
        }
        return process.output
    }
}

/// A script on its way, and what it has printed.
final class Background: PollParticipant {
    private let process: pid_t
    private let pipe: CInt
    private var bytes: [UInt8] = []
    private(set) var hasEnded = false

    init(_ script: String) throws {
        var ends: [CInt] = [0, 0]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw KernelError("pipe", .current) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
        let words: [String] = ["bash", "-c", script]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        defer { arguments.forEach { free($0) } }
        var number: pid_t = 0
        let error = posix_spawnp(&number, "bash", &actions, nil, &arguments, minirun_environment())
        close(ends[1])
        guard error == 0 else {
            close(ends[0])
            throw KernelError("start bash", Errno(rawValue: error))
        }
        process = number
        pipe = ends[0]
    }

    deinit {
        close(pipe)
        var status: CInt = 0
        waitpid(process, &status, 0)
    }

    var output: String { String(decoding: bytes, as: UTF8.self) }
    var interest: [pollfd] { [pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)] }

    func serve(_ polled: ArraySlice<pollfd>) {
        guard polled.first?.revents != 0 else { return }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = read(pipe, &buffer, buffer.count)
        if count > 0 { bytes += buffer[..<count] } else { hasEnded = true }
    }
}

/// A name server that somebody runs at port 53 of an IPv4 address, by UDP and TCP; it notes what it was asked.
final class FakeNameServer: PollParticipant {
    private let datagrams: CInt
    private let listener: CInt
    private var connections: [CInt] = []
    private let answer: (DNSMessage, Bool) -> [UInt8]?
    /// The questions, `web. 1 udp`, in their order.
    private(set) var asked: [String] = []
    /// From which ports.
    private(set) var ports: [UInt16] = []
    private(set) var ids: [UInt16] = []

    /// `answer` gets the query and whether it came by TCP.
    init(_ network: PrivateNetwork, _ address: String, _ answer: @escaping (DNSMessage, Bool) -> [UInt8]?) throws {
        self.answer = answer
        let address = try #require(IPAddress(address))
        (datagrams, listener) = try network.run {
            let sockets = [SOCK_DGRAM, SOCK_STREAM].map { kind in
                socket(AF_INET, CInt(kind.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
            }
            for socket in sockets {
                guard minirun_bind(socket, AF_INET, address.bytes, 53) == 0 else { throw KernelError("bind", .current) }
            }
            listen(sockets[1], 8)
            return (sockets[0], sockets[1])
        }
    }

    /// One that answers every A question with an address, and everything else with NXDOMAIN.
    static func knowing(_ address: String) -> (DNSMessage, Bool) -> [UInt8]? {
        { query, _ in
            guard let question = query.question, question.type == DNSType.a, let address = IPAddress(address) else {
                return query.answer(.noSuchName).encoded()
            }
            return query.answer(.success, [DNSRecord(question.name, address, timeToLive: 77)]).encoded()
        }
    }

    deinit {
        close(datagrams)
        close(listener)
        connections.forEach { close($0) }
    }

    var interest: [pollfd] {
        ([datagrams, listener] + connections).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    }

    func serve(_ polled: ArraySlice<pollfd>) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        var sender = sockaddr_in()
        while case let count = minirun_receive_from(datagrams, &buffer, buffer.count, &sender), count >= 0 {
            ports.append(UInt16(bigEndian: sender.sin_port))
            if let bytes = reply(Array(buffer[..<count]), isStream: false) {
                _ = minirun_send_to(datagrams, bytes, bytes.count, &sender)
            }
        }
        for (connection, answer) in zip(connections, polled.dropFirst(2)) where answer.revents != 0 {
            // Small messages on the loopback interface: they come whole.
            let count = recv(connection, &buffer, buffer.count, 0)
            if count > 2, let bytes = reply(Array(buffer[2..<count]), isStream: true) {
                let framed = [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xff)] + bytes
                _ = send(connection, framed, framed.count, CInt(MSG_NOSIGNAL))
            }
            close(connection)
            connections.removeAll { $0 == connection }
        }
        while case let connection = minirun_accept(listener), connection >= 0 { connections.append(connection) }
    }

    private func reply(_ bytes: [UInt8], isStream: Bool) -> [UInt8]? {
        guard case .query(let query) = DNSQuery(bytes), let question = query.question else { return nil }
        asked.append("\(question.name) \(question.type) \(isStream ? "tcp" : "udp")")
        ids.append(query.header.id)
        return answer(query, isStream)
    }
}
