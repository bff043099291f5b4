import CShim
import Namespaces
import SystemPackage

/// The supervisor's side of all its connections: takes new ones, hears what they want, and tells them what happens.
final class ControlServer: PollParticipant {
    /// What the supervisor does with what clients say.
    struct Handlers {
        /// Bytes for the command's standard input.
        var input: ([UInt8]) -> Void = { _ in }
        /// The client that gave input has no more.
        var endOfInput: () -> Void = {}
        /// Whether the command takes input faster than it comes.
        var takesInput: () -> Bool = { true }
        /// A client's terminal has another size.
        var resize: (_ rows: UInt16, _ columns: UInt16) -> Void = { _, _ in }
        /// A signal for the command.
        var signal: (CInt) -> Void = { _ in }
        /// The record says something new.
        var reconsider: () -> Void = {}
        /// A change of how the container is connected; throws why it cannot be.
        var task: (LiveTask) throws -> Void = { _ in throw ContainerConflict("the container is just starting or ending")
        }
    }

    private var listener: OwnedDescriptorBox?
    private var clients: [Client] = []
    var handlers = Handlers()

    /// One connection.
    private final class Client {
        let connection: ControlConnection
        var isAttached = false
        var isWaiting = false
        var isGone = false
        var queue: [[UInt8]] = []
        var queued = 0

        init(_ connection: ControlConnection) { self.connection = connection }

        func say(_ packet: [UInt8]) {
            guard !isGone else { return }
            queue.append(packet)
            queued += packet.count
            flush()
        }

        func flush() {
            while let packet = queue.first {
                switch connection.trySend(packet) {
                case .done:
                    queue.removeFirst()
                    queued -= packet.count
                case .wouldBlock: return
                case .gone:
                    isGone = true
                    return
                }
            }
        }
    }

    /// Lets others connect at `path`, whose file goes with its directory. Throws `KernelError`.
    func listen(at path: FilePath) throws(KernelError) {
        let number = minirun_listen_local(path.string)
        guard number >= 0 else { throw KernelError("listen at \(path)", Errno(rawValue: -number)) }
        listener = OwnedDescriptorBox(number)
    }

    /// Takes up a connection that was made before there was anything to connect to.
    func adopt(_ connection: ControlConnection, isAttached: Bool) {
        let client = Client(connection)
        client.isAttached = isAttached
        clients.append(client)
    }

    /// Whether nobody is connected.
    var isDeserted: Bool { clients.isEmpty }

    // MARK: Telling

    /// Whether somebody who sees the output is so far behind that no more of it should be read for now.
    var isCongested: Bool { clients.contains { $0.isAttached && !$0.isGone && $0.queued > 4 * ControlMessage.chunk } }

    /// Shows output to all who are attached.
    func show(_ bytes: ArraySlice<UInt8>, isError: Bool) {
        let attached = clients.filter { $0.isAttached && !$0.isGone }
        guard !attached.isEmpty else { return }
        let packet = (isError ? ControlMessage.errors(Array(bytes)) : .output(Array(bytes))).bytes
        for client in attached { client.say(packet) }
    }

    /// Tells all who wait or are attached that the command has ended; they have heard everything then.
    func announce(exit code: Int32) {
        for client in clients where client.isAttached || client.isWaiting {
            client.say(ControlMessage.exit(code: code).bytes)
            client.isAttached = false
            client.isWaiting = false
        }
    }

    /// Sends what is still to be sent to those who listen, for at most so long.
    func flush(within seconds: Double) {
        let end = Moment.after(seconds: seconds)
        while !end.hasCome {
            clients.forEach { $0.flush() }
            var waiting = clients.filter { !$0.isGone && !$0.queue.isEmpty }
                .map { pollfd(fd: $0.connection.descriptor, events: Int16(POLLOUT), revents: 0) }
            if waiting.isEmpty { return }
            _ = poll(&waiting, nfds_t(waiting.count), Moment.milliseconds(until: end))
        }
    }

    // MARK: Hearing

    var interest: [pollfd] {
        let hears = handlers.takesInput()
        return [pollfd(fd: listener?.number ?? -1, events: Int16(POLLIN), revents: 0)]
            + clients.map { client in
                let events = (hears || !client.isAttached ? POLLIN : 0) | (client.queue.isEmpty ? 0 : POLLOUT)
                return pollfd(fd: client.connection.descriptor, events: Int16(events), revents: 0)
            }
    }

    func serve(_ polled: ArraySlice<pollfd>) throws {
        let answers = polled.dropFirst()
        for (client, answer) in zip(clients, answers) where answer.revents != 0 {
            if answer.revents & Int16(POLLOUT) != 0 { client.flush() }
            if answer.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 { hear(client) }
        }
        if let first = polled.first, first.revents != 0 { accept() }
        clients.removeAll(where: \.isGone)
    }

    private func accept() {
        guard let listener else { return }
        let number = minirun_accept(listener.number)
        if number >= 0 { clients.append(Client(ControlConnection(owning: OwnedDescriptor(owning: number)))) }
    }

    private func hear(_ client: Client) {
        // So many a turn: there are others.
        for _ in 0..<64 where handlers.takesInput() || !client.isAttached {
            let (message, isGone) = client.connection.receive(waits: false)
            if isGone {
                client.isGone = true
                return
            }
            guard let message else { return }
            take(message, from: client)
        }
    }

    private func take(_ message: ControlMessage, from client: Client) {
        switch message {
        case .attach(let rows, let columns):
            client.isAttached = true
            if rows != 0, columns != 0 { handlers.resize(rows, columns) }
        case .input(let bytes):
            // Only of those who are attached it is known how much they may send.
            if client.isAttached { handlers.input(bytes) } else { client.isGone = true }
        case .endOfInput: handlers.endOfInput()
        case .resize(let rows, let columns): handlers.resize(rows, columns)
        case .signal(let number): handlers.signal(number)
        case .wait: client.isWaiting = true
        case .reconsider: handlers.reconsider()
        case .task(let task):
            let refusal: String?
            do {
                try handlers.task(task)
                refusal = nil
            } catch { refusal = "\(error)" }
            client.say(ControlMessage.answer(refusal: refusal).bytes)
        case .started, .failed, .output, .errors, .exit, .answer: client.isGone = true
        }
    }
}
