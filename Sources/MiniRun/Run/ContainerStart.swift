import CShim
import Namespaces
import NetSetup
import SystemPackage

/// One start of a container: from what is asked for to a command that runs. Whoever starts containers comes this way, and
/// so does a supervisor that starts its own anew.
struct ContainerStart {
    let configuration: ContainerConfiguration
    let store: ContainerStore
    var voices: ExplainVoices?
    /// The id of the image that the container was made from: its name may lead to another one by now.
    var image: String?

    /// What a start stands on; looked up before anything is touched.
    struct Ground {
        var namespaces: NamespacePlan
        var source: RootSource
        var kept: KeptNetwork?
    }

    /// A command that runs.
    struct Life {
        let plan: RunPlan
        let process: SpawnedProcess
        let claims: Claims
        /// Its network, to be joined when it starts anew; nil for the host's.
        let network: KeptNetwork?

        /// Whether the kernel has ended a process of it for want of memory; to be asked before its group is taken away.
        var ranOutOfMemory: Bool { (plan.controlGroup?.outOfMemoryKills() ?? 0) > 0 }
    }

    /// Finds out whom to join and what to run, unless the caller knows (`source`); makes an image that is missing. Throws
    /// `UsageError`, `KernelError`.
    func ground(kept: KeptNetwork? = nil, source: RootSource? = nil) throws -> Ground {
        let namespaces = try NamespacePlan(configuration, containers: store, kept: kept)
        return Ground(namespaces: namespaces, source: try source ?? madeSource(), kept: kept)
    }

    /// Makes an image that is missing, and looks again. It comes before all else, because the image's users are asked for.
    /// The image is held for the start.
    func madeSource() throws -> RootSource {
        let name = image ?? configuration.request.image
        let source = try RootSource.resolve(name, paths: store.paths, holding: true)
        guard let preparation = source.preparation else { return source }
        try preparation.apply(on: Stage())
        return try RootSource.resolve(name, paths: store.paths, holding: true)
    }

    /// Starts a container that is held. `claims` are those of a container that starts anew: they are still held. Throws
    /// `RunFailure` with everything taken back that was made here.
    func begin(
        _ held: HeldContainer, on ground: Ground, streams: ContainerStreams, claims earlier: Claims? = nil, stage: Stage
    ) throws -> Life {
        defer { ground.source.release() }
        do {
            var namespaces = ground.namespaces
            if let count = namespaces.ownRange { namespaces.map = try OwnIDs(store: store).claim(count, for: held.id) }
            let claims =
                try earlier
                ?? Claims.take(
                    configuration, for: held, networkOf: namespaces.networkDonor, kept: ground.kept, store,
                    on: stage)
            let plan = try RunPlan(
                configuration,
                .init(
                    source: ground.source, namespaces: namespaces, claims: claims, kept: ground.kept,
                    previous: try store.record(held.id), streams: streams, reports: voices != nil), store)
            for notice in configuration.notices + plan.notices { StandardError.write("\(notice)\n") }
            try stage.apply(plan.steps, explaining: voices, id: plan.record.id)
            let process = try stage.process(for: "watch over the container")
            stage.undo.commitSetup()
            if earlier == nil { freeParents(afterwards: held.id, on: stage) }
            if ground.kept?.isPublished != true, held.record == nil { store.tell(.create, of: plan.record) }
            if ground.kept?.isPublished != true { store.tellNetworks(.connect(container: held.id), of: plan.record) }
            store.tellVolumesMounted(to: plan.record)
            store.tell(.start, of: plan.record)
            return Life(plan: plan, process: process, claims: claims, network: stage.resource(KeptNetwork.self))
        } catch {
            let program = ground.source.configuration.arguments(for: configuration.request).first ?? ""
            throw RunFailure(Self.abandon(stage, after: error, processOnly: earlier != nil), program: program)
        }
    }

    /// Lets others have at once what the container's macvlans stand on when it has ended, unless somebody is left who has joined
    /// its network.
    private func freeParents(afterwards id: String, on stage: Stage) {
        guard configuration.network.isPrivate else { return }
        stage.undo.push("delete its macvlans") { [store, unowned stage] in
            guard let container = stage.resource(ContainerNetlink.self),
                try KeptNetwork.found(for: id, store) == nil
            else { return }
            try container.deleteMacvlans()
        }
    }

    /// Takes back a start that failed: the process first, so that nothing works against the undo. Returns the error to
    /// tell: a child that gave up is the reason why a step of ours no longer found it.
    ///
    /// Of a container that starts anew only the process is taken back.
    static func abandon(_ stage: Stage, after error: any Error, processOnly: Bool = false) -> any Error {
        var cause = error
        if let process = stage.resource(SpawnedProcess.self) {
            try? process.kill()
            do { try process.waitUntilReady() } catch let failure as ChildFailure where failure.operation != nil {
                cause = failure
            } catch {}
        }
        if processOnly { stage.undo.unwindProcess() } else { stage.unwindTellingFailures() }
        return cause
    }
}
