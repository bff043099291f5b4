import CShim
import Namespaces
import NetSetup
import SystemPackage

/// `minirun run`: from the user's words to the workload's exit code.
///
///     words -> ContainerConfiguration -> ContainerStart -> a supervisor, this process or one of its own
public struct ContainerRun {
    private let start: ContainerStart
    private let idFile: IDFile?
    private var configuration: ContainerConfiguration { start.configuration }
    private var request: RunRequest { configuration.request }
    private var store: ContainerStore { start.store }

    /// Understands the words; touches nothing. Throws `UsageError` with Docker's sentence for what cannot be.
    public init(_ request: RunRequest, paths: StatePaths, explain voices: ExplainVoices?) throws {
        idFile = try request.cidfile.flatMap { $0.isEmpty ? nil : try IDFile($0) }
        start = ContainerStart(
            configuration: try ContainerConfiguration(anchoring: request), store: ContainerStore(paths), voices: voices)
    }

    // MARK: Running

    /// Runs the container. Returns the workload's exit code, 128+n after signal n, or 0 with `--detach`; throws
    /// `RunFailure` when it could not be started, with everything undone.
    ///
    /// In the foreground with pipes and files for streams, which it gets as they are, this process watches over it. Whatever
    /// may be let go of (a terminal), or goes on without us (`--detach`, `--restart`), has a supervisor of its own; and so has
    /// one whose streams are our terminal, which no container gets into its hands: it could read what is typed next.
    public func run() throws -> Int32 {
        try Privilege.check()
        try checkTerminal()
        let (start, source) = try completed()
        let (configuration, request) = (start.configuration, start.configuration.request)
        let ground = try start.ground(source: source)
        if request.detach || request.terminal || configuration.restart != .no
            || Terminal.isAmongStreams(withInput: request.interactive)
        {
            return try runSupervised(start, on: ground)
        }
        return try ForegroundSupervisor(start: start).run(on: ground, idFile)
    }

    /// With what the image says: it is fetched first where that is wanted, or made. Throws ``ImageError``.
    private func completed() throws -> (start: ContainerStart, source: RootSource) {
        let source = try ImageFetch(store.paths).source(for: request, start.madeSource)
        let completed = ContainerStart(
            configuration: try configuration(completedBy: source.configuration), store: store,
            voices: start.voices, image: source.image?.description)
        return (completed, source)
    }

    private func configuration(completedBy image: ImageConfiguration) throws -> ContainerConfiguration {
        let request = request.completed(by: image)
        return request == self.request ? configuration : try ContainerConfiguration(request)
    }

    private func runSupervised(_ start: ContainerStart, on ground: ContainerStart.Ground) throws -> Int32 {
        let (configuration, request) = (start.configuration, start.configuration.request)
        let size = AttachClient.size
        let wishes = SupervisorProcess.Wishes(isAttached: !request.detach, rows: size.rows, columns: size.columns)
        let signals = request.detach ? nil : try SignalQueue()
        // The id is drawn on this side of the fork, to be printed here.
        let id = try ContainerID.make()
        let connection = try SupervisorProcess(start: start, ground: ground).launch(wishes) { stage in
            let held = try HeldContainer.new(id, configuration, isPassing: request.isPassing, store)
            stage.undo.push("remove container \(held.name)", scope: .setup) { try store.remove(held.id) }
            return held
        }
        try idFile?.write(id)
        guard let signals else {
            print(id)
            return 0
        }
        let manner = AttachClient.Manner(
            readsInput: request.interactive, isTerminal: request.terminal, detachKeys: configuration.detachKeys,
            passesSignals: configuration.passesSignals)
        return try AttachClient(connection, manner, signals: signals).run().exitCode
    }

    /// `minirun create`: everything but the start. Returns the id.
    public func create() throws -> String {
        try Privilege.check()
        let (start, source) = try completed()
        defer { source.release() }
        let configuration = start.configuration
        let id = try ContainerID.make()
        var request = configuration.request
        request.detach = true
        let held = try HeldContainer.new(id, configuration, isPassing: false, store)
        let stage = Stage()
        do {
            var record = ContainerRecord(
                id: id, name: held.name, hostname: request.hostname ?? ContainerID.short(id), request: request,
                args: source.configuration.arguments(for: request),
                network: .init(mode: configuration.network.description, attachments: configuration.attachments))
            record.exposed = configuration.exposed.map(\.description)
            record.labels = configuration.labels
            record.mounts = try makeVolumes(for: id, source, on: stage)
            record.image = start.image
            try store.write(record)
            try idFile?.write(id)
            stage.undo.commitSetup()
            stage.unwindTellingFailures()
            store.tell(.create, of: record)
            try withExtendedLifetime(held) { try store.release(id) }
        } catch {
            stage.unwindTellingFailures()
            try? store.remove(id)
            throw error
        }
        for notice in configuration.notices { StandardError.write("\(notice)\n") }
        return id
    }

    /// The volumes of a container are there from its making on. They are held until its record says that it has them.
    private func makeVolumes(for id: String, _ source: RootSource, on stage: Stage) throws -> [MountSpecification] {
        let mounts = try MountResolution.mounts(configuration, image: source.configuration, store)
        if !mounts.volumes.isEmpty {
            try NoteMounts(mounts: mounts, container: id, paths: store.paths).apply(on: stage)
        }
        for mount in mounts {
            let steps = try ReadyMount(mount, VolumeStore(store.paths))
                .steps(for: id, layers: source.lowers, store.paths)
            try stage.apply(steps, explaining: start.voices, id: id)
        }
        return mounts
    }

    private func checkTerminal() throws {
        if request.terminal && request.interactive && !request.detach && isatty(0) != 1 {
            throw UsageError("the input device is not a TTY")
        }
    }

    // MARK: Planning

    /// What `run` would do now, with the values it would choose; nothing is held or changed. Its notices are told.
    private func preview() throws -> RunPlan {
        let source = try RootSource.resolve(request.image, paths: store.paths, holding: false)
        let configuration = try configuration(completedBy: source.configuration)
        var namespaces = try NamespacePlan(configuration, containers: store)
        if let count = namespaces.ownRange { namespaces.map = try OwnIDs(store: store).preview(count) }
        let claims = try Claims.preview(configuration, store)
        let size = AttachClient.size
        let plan = try RunPlan(
            configuration,
            .init(
                source: source, namespaces: namespaces, claims: claims,
                streams: request.terminal ? .terminal(rows: size.rows, columns: size.columns) : .inherited), store)
        for notice in configuration.notices + plan.notices { StandardError.write("\(notice)\n") }
        return plan
    }

    /// Prints the plan on standard output.
    public func printPlan() throws {
        let plan = try preview()
        let colours = isatty(1) == 1 && getenv("NO_COLOR") == nil
        var printer = ExplainPrinter(voices: start.voices ?? .all, colours: colours, id: plan.record.id)
        for step in plan.steps {
            print(printer.text(for: step), terminator: "")
            let inside = printer.narrator(for: step)
            for index in step.inside.indices { print(inside.text(at: index), terminator: "") }
        }
    }

    /// Writes a script that does the same by hand.
    public func writeScript(to path: String) throws {
        let plan = try preview()
        let script = PlanScript(plan).text
        try Files.write(script, to: FilePath(path), mode: 0o755)
    }
}

extension AttachClient.Outcome {
    /// What a command that was attached answers.
    var exitCode: Int32 {
        switch self {
        case .ended(let code): code
        case .detached: 0
        case .lost: 137
        }
    }
}
