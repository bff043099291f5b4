import CShim
import Namespaces
import SystemPackage

/// A command with a terminal, or one whose streams are our terminal, which it does not get into its hands: it has pipes
/// then. A keeper, a process of minirun's own behind the one that the user started, has the terminal's
/// master side and is the command's parent, so that the user can let go of it with the detach keys and the command goes on.
///
///     exec (keyboard, screen)  <- control connection ->  keeper  <- master side ->  the command's terminal
///
/// Whoever lets go in any other way, killed or hung up on, takes the command along.
struct ExecTerminal {
    /// The command's streams when it has no terminal of its own.
    let pipes: ContainerPipes?
    /// Whether what is typed goes to the command.
    let readsInput: Bool
    /// The keys that let go.
    let detachKeys: DetachKeys
    /// Hears of the command's end.
    let hasEnded: (Int32) -> Void

    /// Starts the command in the keeper, and stays with it. Returns its exit code, 0 when it was let go.
    func run(_ start: () throws -> SpawnedProcess) throws -> Int32 {
        // Before there is anything to signal, so that no signal is lost in between.
        let signals = try SignalQueue()
        let connection = try BackgroundProcess.launch { keep($0, start) }
        pipes?.closeAll()
        let client = AttachClient(
            connection, .init(readsInput: readsInput, isTerminal: pipes == nil, detachKeys: detachKeys),
            signals: signals)
        let outcome = try client.run()
        if client.wasInterrupted { return 128 + SIGTERM }
        if outcome == .detached { connection.send(.reconsider) }
        return outcome.exitCode
    }

    private func keep(_ front: BackgroundProcess.Front, _ start: () throws -> SpawnedProcess) -> Int32 {
        do {
            let process = try start()
            front.hasStarted()
            try watch(process, for: front.connection)
            return 0
        } catch {
            StandardError.write("minirun: \(error)\n")
            front.connection.send(.failed(code: (error as? RunFailure)?.exitCode ?? 1))
            return 1
        }
    }

    /// Carries the terminal's traffic until the command has ended; ends it when nobody is there who has not let go.
    private func watch(_ process: SpawnedProcess, for front: ControlConnection) throws {
        let server = ControlServer()
        let relay = try relay(of: process, server)
        let end = ProcessEnd(process)
        var isLetGo = false
        server.handlers.input = { relay.type($0) }
        server.handlers.endOfInput = { relay.endInput() }
        server.handlers.takesInput = { relay.takesInput }
        server.handlers.signal = { try? process.signal($0) }
        server.handlers.resize = { relay.resize(rows: $0, columns: $1) }
        server.handlers.reconsider = { isLetGo = true }
        server.adopt(front, isAttached: true)
        let loop = PollLoop()
        for participant: any PollParticipant in [relay, end, server] { loop.add(participant) }
        while end.exit == nil {
            try loop.turn()
            if server.isDeserted, !isLetGo { try process.kill() }
        }
        relay.drain()
        hasEnded(end.exit?.code ?? 126)
        server.announce(exit: end.exit?.code ?? 126)
        server.flush(within: 10)
    }

    private func relay(of process: SpawnedProcess, _ server: ControlServer) throws(KernelError) -> StreamRelay {
        if let pipes {
            pipes.closeTheirs()
            return StreamRelay(pipes: pipes, server: server, log: { _, _ in })
        }
        guard let console = process.takeConsole() else { throw KernelError("take over the terminal", .noSuchDevice) }
        return StreamRelay(console: OwnedDescriptorBox(console), server: server, log: { _, _ in })
    }
}
