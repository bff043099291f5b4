import CShim
import Namespaces
import SystemPackage

/// `minirun exec`: from the user's words to the command's exit code.
///
/// It needs no supervisor: this process makes the command in the container's namespaces, with its own standard streams, and
/// waits for it. Only a terminal has a process of its own beside it, see ``ExecTerminal``. The command ends with this process,
/// or, with `--detach`, with the container.
public struct ContainerExec {
    private let request: ExecRequest
    private let store: ContainerStore
    private let voices: ExplainVoices?
    private let detachKeys: DetachKeys
    /// What its events call it.
    private let id: String

    /// Understands the words; touches nothing. Throws `UsageError`.
    public init(_ request: ExecRequest, paths: StatePaths, explain voices: ExplainVoices?) throws {
        self.request = request
        self.voices = voices
        store = ContainerStore(paths)
        id = try ContainerID.make()
        detachKeys = try request.detachKeys.map { try DetachKeys(parsing: $0) } ?? .standard
    }

    /// Runs the command. Returns its exit code, 128+n after signal n, or 0 with `--detach`. Throws `NoSuchContainer`,
    /// `ContainerConflict` for a container that does not run, and `RunFailure` for a command that could not be started.
    public func run() throws -> Int32 {
        try Privilege.check("exec needs root, to enter a container")
        if request.terminal && request.interactive && !request.detach && isatty(0) != 1 {
            throw RunFailure(exitCode: 1, "the input device is not a TTY")
        }
        let target = try ExecTarget(request.container, in: store)
        if target.isOurUser { try OwnProgram.makeReadOnly() }
        let hasOurTerminal = !request.detach && Terminal.isAmongStreams(withInput: request.interactive)
        let pipes =
            hasOurTerminal && !request.terminal ? try ContainerPipes(hasInput: request.interactive) : nil
        let plan = try plan(in: target, pipes)
        if !request.detach && (request.terminal || pipes != nil) {
            let keeper = ExecTerminal(pipes: pipes, readsInput: request.interactive, detachKeys: detachKeys) { code in
                store.tell(.execDie(id: id, exitCode: code), of: target.record)
            }
            return try keeper.run { try start(plan, in: target) }
        }
        // Before there is anything to signal, so that no signal is lost in between.
        let signals = request.detach ? nil : try SignalQueue()
        let process = try start(plan, in: target)
        guard let signals else { return 0 }

        let end = ProcessEnd(process)
        let loop = PollLoop()
        loop.add(end)
        loop.add(SignalRelay(signals, to: process))
        while end.exit == nil { try loop.turn() }
        let code = end.exit?.code ?? 126
        store.tell(.execDie(id: id, exitCode: code), of: target.record)
        return code
    }

    /// An unknown user, say, is one that the command cannot be invoked for.
    private func plan(in target: ExecTarget, _ pipes: ContainerPipes?) throws -> ExecPlan {
        do { return try ExecPlan(request, in: target, pipes, store, reports: voices != nil) } catch {
            throw RunFailure(exec: error, program: "")
        }
    }

    /// Returns once the command runs. Throws `RunFailure` with nothing left, or `ContainerConflict` when the container has
    /// ended meanwhile.
    private func start(_ plan: ExecPlan, in target: ExecTarget) throws -> SpawnedProcess {
        let stage = Stage()
        do {
            store.tell(.execCreate(id: id, command: request.command), of: target.record)
            try stage.apply(plan.steps, explaining: voices, id: target.record.id)
            store.tell(.execStart(id: id, command: request.command), of: target.record)
            return try stage.process(for: "start a command")
        } catch {
            let cause = ContainerStart.abandon(stage, after: error)
            let failure = cause as? ChildFailure
            if failure?.operation == nil, !target.process.isAlive {
                throw ContainerConflict(notRunning: target.record.id)
            }
            throw RunFailure(exec: cause, program: request.command.first ?? "")
        }
    }
}

extension RunFailure {
    /// Words an error of a command's start in a running container, where it is the command that cannot be invoked.
    fileprivate init(exec error: any Error, program: String) {
        guard let failure = error as? ChildFailure, !failure.isExec else {
            let failure = RunFailure(error, program: program)
            self.init(exitCode: failure.exitCode == 125 ? 126 : failure.exitCode, failure.description)
            return
        }
        guard case .changeDirectory(let path, _) = failure.operation else {
            self.init(exitCode: 126, failure.description)
            return
        }
        let isMissing = failure.errno == .noSuchFileOrDirectory
        self.init(
            exitCode: isMissing ? 127 : 126, "chdir to cwd (\(path.goQuoted)): \(KernelError.words(failure.errno))")
    }
}
