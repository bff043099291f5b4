import CShim
import Namespaces
import NetSetup
import SystemPackage

/// Watches over a container in the foreground, whose streams are the caller's own: passes signals on, looks after the
/// network, and waits for the end.
struct ForegroundSupervisor {
    let start: ContainerStart

    /// Runs a new container to its end and gives everything back. Returns the command's exit code; throws `RunFailure`.
    func run(on ground: ContainerStart.Ground, _ idFile: IDFile?) throws -> Int32 {
        let store = start.store
        // Before there is anything to signal, so that no signal is lost in between.
        let signals = try SignalQueue()
        let held = try HeldContainer.new(
            ContainerID.make(), start.configuration, isPassing: start.configuration.request.isPassing, store)
        let stage = Stage()
        stage.undo.push("remove container \(held.name)", scope: .setup) { try store.remove(held.id) }
        let life = try start.begin(held, on: ground, streams: .inherited, stage: stage)
        defer { withExtendedLifetime(held) {} }

        let end = ProcessEnd(life.process)
        let server = ControlServer()
        do {
            try idFile?.write(held.id)
            let loop = PollLoop()
            // Else the netfilter socket stays open up to the process's end, which then waits for the kernel.
            defer { loop.dismiss() }
            let relay = SignalRelay(signals, to: life.process)
            server.handlers.signal = { try? life.process.signal($0) }
            let settled = QuietMoment {
                try? server.listen(at: store.paths.control(held.id))
                Settling(start: start, life: life, stage: stage).run()
                _ = NetworkWatch(LiveNetwork(life, start, stage: stage), loop, server)
                if let check = start.configuration.health { loop.add(HealthMonitor(check, of: held.id, store)) }
            }
            for participant: any PollParticipant in [end, relay, server, settled] { loop.add(participant) }
            if let service = stage.resource(NameService.self) { loop.add(service) }
            while end.exit == nil { try loop.turn() }
        } catch {
            throw ContainerStart.abandon(stage, after: error)
        }
        let code = end.exit?.code ?? 125
        let outOfMemory = life.ranOutOfMemory
        stage.unwindTellingFailures()
        try ContainerEnd(id: held.id, store: store).finish(code: code, outOfMemory: outOfMemory)
        server.announce(exit: code)
        server.flush(within: 1)
        return code
    }
}

/// The end of a container's first process.
final class ProcessEnd: PollParticipant {
    private let process: SpawnedProcess
    /// How it ended; nil as long as it runs.
    private(set) var exit: ProcessExit?

    init(_ process: SpawnedProcess) { self.process = process }

    var interest: [pollfd] { [pollfd(fd: exit == nil ? process.pidfd : -1, events: Int16(POLLIN), revents: 0)] }

    func serve(_ polled: ArraySlice<pollfd>) throws {
        if polled.first?.revents != 0 { exit = try process.reap() }
    }
}

/// Passes the caller's signals on to the container.
final class SignalRelay: PollParticipant {
    private let signals: SignalQueue
    private let process: SpawnedProcess
    private var interrupts = 0

    init(_ signals: SignalQueue, to process: SpawnedProcess) {
        self.signals = signals
        self.process = process
    }

    var interest: [pollfd] { [pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0)] }

    func serve(_ polled: ArraySlice<pollfd>) throws {
        guard polled.first?.revents != 0 else { return }
        try signals.take().forEach(pass)
    }

    /// The third request to stop that the container ignores ends it, as Docker's client does.
    private func pass(_ signal: CInt) throws {
        if signal == SIGTERM || signal == SIGINT {
            interrupts += 1
            if interrupts == 3 {
                StandardError.write("got 3 SIGTERM/SIGINTs, forcefully exiting\n")
                return try process.signal(SIGKILL)
            }
        }
        try process.signal(signal)
    }
}

/// Calls once nothing has happened for a few milliseconds, so that a short command does not wait for what can wait.
final class QuietMoment: PollParticipant {
    private var action: (() -> Void)?
    private var moment = Moment.after(nanoseconds: 5_000_000)

    init(_ action: @escaping () -> Void) { self.action = action }

    var interest: [pollfd] { [] }
    var deadline: Moment? { action == nil ? nil : moment }

    func serve(_ polled: ArraySlice<pollfd>) throws {
        guard let action else { return }
        if moment.hasCome {
            self.action = nil
            action()
        } else {
            moment = .after(nanoseconds: 5_000_000)
        }
    }
}
