import CShim
import Namespaces
import NetSetup
import SystemPackage

/// One `minirun run`: from the user's words to the workload's exit code.
///
///     words -> ContainerConfiguration -> Claims -> RunPlan -> steps applied -> watched -> undone
public struct ContainerRun {
    private let configuration: ContainerConfiguration
    private let store: ContainerStore
    private let voices: ExplainVoices?

    /// Understands the words; touches nothing. Throws `UsageError` with Docker's sentence for what cannot be.
    public init(_ request: RunRequest, paths: StatePaths, explain voices: ExplainVoices?) throws {
        configuration = try ContainerConfiguration(request)
        store = ContainerStore(paths)
        self.voices = voices
    }

    // MARK: Running

    /// Runs the container in the foreground. Returns the workload's exit code, 128+n after signal n; throws `RunFailure`
    /// when it could not be started, with everything undone.
    public func run() throws -> Int32 {
        try Privilege.check()
        try checkTerminal()
        let namespaces = try NamespacePlan(configuration, containers: store)
        let source = try made(RootSource.resolve(configuration.request.image, paths: store.paths))
        let idFile = try configuration.request.cidfile.map { try IDFile($0) }

        let stage = Stage()
        let signals = try SignalQueue()
        let plan: RunPlan
        do {
            let claims = try Claims.take(
                configuration, networkOf: namespaces.networkDonor, store, on: stage)
            plan = try RunPlan(
                configuration, source: source, namespaces: namespaces, claims: claims, paths: store.paths,
                reports: voices != nil)
            tellNotices(of: plan)
            try apply(plan, on: stage)
            try idFile?.write(claims.id)
        } catch {
            let program = source.configuration.arguments(for: configuration.request).first ?? ""
            throw RunFailure(abandon(stage, after: error), program: program)
        }
        stage.undo.commitSetup()
        return try watch(plan, on: stage, signals)
    }

    private func apply(_ plan: RunPlan, on stage: Stage) throws {
        guard let voices else {
            for step in plan.steps { try step.apply(on: stage) }
            return
        }
        var printer = ExplainPrinter(voices: voices, colours: StandardError.showsColours, id: plan.record.id)
        for step in plan.steps {
            StandardError.write(printer.text(for: step))
            if !step.inside.isEmpty {
                let inside = printer.narrator(for: step)
                stage.leave(ChildProgress { StandardError.write(inside.text(at: $0)) })
            }
            try step.apply(on: stage)
        }
    }

    /// Takes back a start that failed: the process first, so that nothing works against the undo. Returns the error to
    /// tell: a child that gave up is the reason why a step of ours no longer found it.
    private func abandon(_ stage: Stage, after error: any Error) -> any Error {
        var cause = error
        if let process = stage.resource(SpawnedProcess.self) {
            try? process.kill()
            do { try process.waitUntilReady() } catch let failure as ChildFailure where failure.operation != nil {
                cause = failure
            } catch {}
        }
        unwind(stage)
        return cause
    }

    private func unwind(_ stage: Stage) {
        for failure in stage.undo.unwind() { StandardError.write("minirun: undo: \(failure)\n") }
    }

    private func tellNotices(of plan: RunPlan) {
        for notice in configuration.notices + plan.notices { StandardError.write("\(notice)\n") }
    }

    private func watch(_ plan: RunPlan, on stage: Stage, _ signals: SignalQueue) throws -> Int32 {
        guard let process = stage.resource(SpawnedProcess.self) else { return 125 }
        do {
            var terminal: TerminalRelay?
            if let console = process.takeConsole() {
                terminal = try TerminalRelay(console: console, readsInput: configuration.request.interactive)
            }
            let supervisor = ForegroundSupervisor(process: process, signals: signals, terminal: terminal)
            let end = try supervisor.watch { settle(plan) }
            unwind(stage)
            return end.code
        } catch {
            throw abandon(stage, after: error)
        }
    }

    /// What need not be on the way of a start: the specification for `inspect`, what killed supervisors left, and a look
    /// at other firewalls. Nothing of it is worth ending a container that runs.
    private func settle(_ plan: RunPlan) {
        try? JSONFile.write(plan.specification, to: store.paths.container(plan.record.id).appending("config.json"))
        try? Sweep(store).run()
        guard let bridge = plan.record.network.bridge, let socket = try? HostNetfilter().socket else { return }
        for finding in (try? ForeignFirewall.findings(by: socket)) ?? [] {
            StandardError.write("WARNING: \(finding.sentence(bridge: bridge))\n")
        }
    }

    /// Makes an image that is missing, and looks again. It comes before all else, because the image's users are asked for.
    private func made(_ source: RootSource) throws -> RootSource {
        guard let preparation = source.preparation else { return source }
        try preparation.apply(on: Stage())
        return try RootSource.resolve(configuration.request.image, paths: store.paths)
    }

    private func checkTerminal() throws {
        if configuration.request.terminal && configuration.request.interactive && isatty(0) != 1 {
            throw UsageError("the input device is not a TTY")
        }
    }

    // MARK: Planning

    /// What `run` would do now, with the values it would choose; nothing is held or changed.
    private func preview() throws -> RunPlan {
        let namespaces = try NamespacePlan(configuration, containers: store)
        let source = try RootSource.resolve(configuration.request.image, paths: store.paths)
        let claims = try Claims.preview(configuration, store)
        return try RunPlan(
            configuration, source: source, namespaces: namespaces, claims: claims, paths: store.paths, reports: false)
    }

    /// Prints the plan on standard output.
    public func printPlan() throws {
        let plan = try preview()
        tellNotices(of: plan)
        let colours = isatty(1) == 1 && getenv("NO_COLOR") == nil
        var printer = ExplainPrinter(voices: voices ?? .all, colours: colours, id: plan.record.id)
        for step in plan.steps {
            print(printer.text(for: step), terminator: "")
            let inside = printer.narrator(for: step)
            for index in step.inside.indices { print(inside.text(at: index), terminator: "") }
        }
    }

    /// Writes a script that does the same by hand.
    public func writeScript(to path: String) throws {
        let plan = try preview()
        tellNotices(of: plan)
        let script = PlanScript(plan).text
        try Files.write(script, to: FilePath(path), mode: 0o755)
    }
}
