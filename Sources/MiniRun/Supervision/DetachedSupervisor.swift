import CShim
import Namespaces
import NetSetup
import SystemPackage

/// Watches over a container that nobody waits for: carries its streams, starts it anew as its policy says, and gives
/// everything back in the end. The process in which it runs is made by ``SupervisorProcess``, and is small on purpose.
final class DetachedSupervisor {
    private let start: ContainerStart
    private let held: HeldContainer
    private let stage: Stage
    private let loop = PollLoop()
    private let server = ControlServer()
    private var signals: StopSignals
    /// What `reconsider` leaves to be done.
    private var hasNews = false
    private var delay = RestartDelay()

    /// The size of the terminal that the container gets.
    var size: (rows: UInt16, columns: UInt16) = (0, 0)

    private var store: ContainerStore { start.store }
    private var request: RunRequest { start.configuration.request }

    /// Cares for a container that is held. What `stage` has to be undone already is undone when the start fails.
    init(_ held: HeldContainer, start: ContainerStart, stage: Stage) throws {
        self.held = held
        self.start = start
        self.stage = stage
        signals = try StopSignals()
    }

    /// Takes up the connection of the one that asked for the start, if it wants to see the output from the beginning.
    func adopt(_ front: ControlConnection) { server.adopt(front, isAttached: true) }

    /// Starts the container, calls `hasStarted`, and stays until its end. Throws `RunFailure` when it does not start, with
    /// everything undone; what goes wrong later is told in the record.
    func run(on ground: ContainerStart.Ground, hasStarted: () -> Void) throws {
        do { try server.listen(at: store.paths.control(held.id)) } catch {
            throw RunFailure(ContainerStart.abandon(stage, after: error), program: "")
        }
        var streams = try makeStreams()
        var life = try start.begin(held, on: ground, streams: streams, stage: stage)
        let settling = Settling(start: start, life: life, stage: stage)
        settling.writeSpecification()
        settling.tellExposure()
        settling.warn()
        hasStarted()
        settling.announce()
        settling.sweep()

        loop.add(signals)
        loop.add(server)
        // Over all lives: containers that joined the network ask it while this one waits for its restart.
        if let service = stage.resource(NameService.self) { loop.add(service) }
        server.handlers.reconsider = { [unowned self] in hasNews = true }
        let watch = NetworkWatch(LiveNetwork(life, start, stage: stage), loop, server)
        var end = End()
        do {
            while true {
                let began = Moment.now
                end = try self.watch(life, streams)
                stage.undo.unwindProcess()
                guard let next = try nextLife(after: life, holding: watch.network, &end, since: began) else { break }
                (life, streams) = next
            }
        } catch {
            try? life.process.kill()
            end.trouble = "\(error)"
        }
        finish(end)
    }

    /// How a life has ended.
    private struct End {
        var code: Int32 = 125
        var outOfMemory = false
        /// Why there was none, or it was cut short.
        var trouble = ""
    }

    private func finish(_ end: End) {
        stage.undo.unwind()
        // Without a daemon there is nobody to tell of a disk that is full; the exit code is left where a sweep finds it.
        try? ContainerEnd(id: held.id, store: store)
            .finish(code: end.code, outOfMemory: end.outOfMemory, error: end.trouble)
        // Not with the process, whose end may take the kernel some time: others are waiting.
        held.release()
        server.announce(exit: end.code)
        server.flush(within: 10)
    }

    // MARK: One life

    private func makeStreams() throws(KernelError) -> ContainerStreams {
        if request.terminal { return .terminal(rows: size.rows, columns: size.columns) }
        return .pipes(try ContainerPipes(hasInput: request.interactive))
    }

    /// Carries the streams until the command has ended; its last words too.
    private func watch(_ life: ContainerStart.Life, _ streams: ContainerStreams) throws -> End {
        let log = try ContainerLog(of: life, start.configuration, store)
        let relay = relay(of: life, streams, log.write)
        let end = ProcessEnd(life.process)
        let stop = StopSequence(life.process, start.configuration)
        signals.handler = { [unowned self] in
            _ = try? store.update(held.id) { $0.state.wish = .stop }
            stop.begin()
        }
        server.handlers.input = { relay.type($0) }
        server.handlers.endOfInput = { relay.endInput() }
        server.handlers.takesInput = { relay.takesInput }
        server.handlers.resize = { [unowned self] rows, columns in
            size = (rows, columns)
            relay.resize(rows: rows, columns: columns)
        }
        server.handlers.signal = { try? life.process.signal($0) }
        var participants: [any PollParticipant] = [relay, end, stop]
        if let check = start.configuration.health { participants.append(HealthMonitor(check, of: held.id, store)) }
        for participant in participants { loop.add(participant) }
        defer { for participant in participants { loop.remove(participant) } }
        while end.exit == nil { try loop.turn() }
        // Nobody shall go on writing behind the last words.
        let outOfMemory = life.ranOutOfMemory
        try? life.plan.controlGroup?.kill()
        relay.drain()
        log.end()
        server.handlers.input = { _ in }
        server.handlers.endOfInput = {}
        server.handlers.takesInput = { true }
        server.handlers.signal = { _ in }
        return End(code: end.exit?.code ?? 125, outOfMemory: outOfMemory)
    }

    private func relay(
        of life: ContainerStart.Life, _ streams: ContainerStreams, _ log: @escaping (ArraySlice<UInt8>, Bool) -> Void
    ) -> StreamRelay {
        switch streams {
        case .pipes(let pipes):
            pipes.closeTheirs()
            return StreamRelay(pipes: pipes, server: server, log: log)
        case .terminal, .inherited:
            guard let console = life.process.takeConsole() else {
                return StreamRelay(console: nil, server: server, log: log)
            }
            return StreamRelay(console: OwnedDescriptorBox(console), server: server, log: log)
        }
    }

    // MARK: Between two lives

    /// The life after this one, if there is to be one. A start that fails counts as a life that ended at once.
    private func nextLife(
        after life: ContainerStart.Life, holding network: LiveNetwork, _ end: inout End, since began: Moment
    ) throws -> (ContainerStart.Life, ContainerStreams)? {
        var began = began
        while try shallRestart(end) {
            server.announce(exit: end.code)
            guard try waitOut(delay.next(after: Moment.now.nanoseconds(since: began))) else { return nil }
            began = .now
            do {
                let streams = try makeStreams()
                try network.plugCables()
                let ground = try start.ground(kept: life.network)
                let next = try start.begin(held, on: ground, streams: streams, claims: network.claims, stage: stage)
                Settling(start: start, life: next, stage: stage).writeSpecification()
                // Now it is true, and whoever waits for it may see it.
                try store.update(held.id) { $0.state.takeRestart() }
                return (next, streams)
            } catch {
                end = End(code: (error as? RunFailure)?.exitCode ?? 125, trouble: "\(error)")
                try store.update(held.id) { record in
                    record.state.takeRestart()
                    record.state.error = end.trouble
                }
            }
        }
        return nil
    }

    /// Whether the container starts anew; the record says so then.
    private func shallRestart(_ end: End) throws -> Bool {
        let record = try store.record(held.id)
        let state = record?.state ?? ContainerState()
        let byHand = state.wish == .restart
        switch state.wish {
        case .stop: return false
        case .restart: break
        case .none:
            guard start.configuration.restart.restarts(after: end.code, restarts: state.restarts) else { return false }
        }
        let hadProcess = record?.process != nil
        let ended = try store.update(held.id) { record in
            record.ended(code: end.code, outOfMemory: end.outOfMemory)
            record.state.isRestarting = true
            record.state.restarts = byHand ? 0 : record.state.restarts + 1
        }
        if hadProcess { store.tellEnd(of: ended) }
        return true
    }

    /// Waits before a restart. False when somebody wants the container to stay as it is.
    private func waitOut(_ nanoseconds: Int64) throws -> Bool {
        let pause = Pause(.after(nanoseconds: nanoseconds))
        signals.handler = { [unowned self] in
            _ = try? store.update(held.id) { $0.state.wish = .stop }
            hasNews = true
        }
        hasNews = true
        loop.add(pause)
        defer { loop.remove(pause) }
        while true {
            if hasNews {
                hasNews = false
                switch try store.record(held.id)?.state.wish {
                case .restart: return true
                case .stop: return false
                default: break
                }
            }
            if pause.isOver { return true }
            try loop.turn()
        }
    }
}

/// A wait that is nobody's business but the clock's.
private final class Pause: PollParticipant {
    let deadline: Moment?
    init(_ end: Moment) { deadline = end }
    var isOver: Bool { deadline?.hasCome ?? true }
    var interest: [pollfd] { [] }
    func serve(_ polled: ArraySlice<pollfd>) {}
}

extension ContainerState {
    /// The restart that somebody wanted has been tried.
    fileprivate mutating func takeRestart() {
        if wish == .restart { wish = .none }
    }
}
