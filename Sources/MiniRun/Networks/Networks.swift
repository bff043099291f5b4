import CShim
import Namespaces
import NetSetup
import SystemPackage

/// What is done to networks.
public struct Networks {
    let paths: StatePaths
    let store: NetworkStore
    private let voices: ExplainVoices?

    /// The networks of these places; with `voices`, each step is told on standard error.
    public init(_ paths: StatePaths, explain voices: ExplainVoices? = nil) {
        self.paths = paths
        store = NetworkStore(paths)
        self.voices = voices
    }

    // MARK: Making

    /// `network create`: a new network, with its bridge. Returns the id; throws with everything taken back.
    public func create(_ request: NetworkRequest) throws -> String {
        try Privilege.check()
        try ContainerStore(paths).checkOwner()
        let section = try store.section()
        defer { withExtendedLifetime(section) {} }
        let socket = try NetlinkSocket(.route)
        let plan = try plan(request, socket)
        tell(plan.notices)
        let stage = Stage()
        stage.leave(HostNetlink(socket))
        do {
            try apply(plan.steps, on: stage, id: plan.record.id)
        } catch {
            stage.unwindTellingFailures()
            throw error
        }
        stage.undo.commitSetup()
        EventLog(paths).append(Event(.create, plan.record.eventNetwork))
        return plan.record.id
    }

    /// `plan network create`: prints what `create` would do now, and does nothing.
    public func printPlan(_ request: NetworkRequest) throws {
        let plan = try plan(request, NetlinkSocket(.route))
        tell(plan.notices)
        let colours = isatty(1) == 1 && getenv("NO_COLOR") == nil
        var printer = ExplainPrinter(voices: voices ?? .all, colours: colours, id: plan.record.id)
        for step in plan.steps { print(printer.text(for: step), terminator: "") }
    }

    /// Everything that is to be done, the record first: whoever is killed afterwards leaves a network that the next start
    /// completes, or that `network rm` removes.
    private func plan(
        _ request: NetworkRequest, _ socket: NetlinkSocket
    ) throws -> (record: NetworkRecord, steps: [any Step], notices: [String]) {
        let settings = try NetworkSettings.read(paths.configuration)
        let surroundings = try NetworkSurroundings(try store.all(), settings, socket)
        let creation = try NetworkCreation(request, id: try ContainerID.make(), in: surroundings)
        var record = creation.record
        var setup: [any Step] = []
        if record.hasBridge {
            let plan = try NetworkSetup(record, paths: paths, locking: .caller, socket)
            setup = plan.steps
            if record.addedToBridge != nil {
                record.addedToBridge = setup.compactMap { $0 as? ChangeBridge }.flatMap(\.added)
            }
        }
        return (record, [WriteNetworkRecord(record: record, store: store)] + setup, creation.notices)
    }

    /// Applies steps, and tells them if that is wanted.
    func apply(_ steps: [any Step], on stage: Stage, id: String) throws {
        try stage.apply(steps, explaining: voices, id: id)
    }

    func tell(_ notices: [String]) {
        for notice in notices { StandardError.write("\(notice)\n") }
    }

    // MARK: Finding

    /// The network of this name, id, or beginning of an id, predefined ones included. Throws ``NoSuchNetwork``,
    /// ``AmbiguousNetwork``, `CorruptFile`.
    func find(_ reference: String, _ predefined: [NetworkRecord]) throws -> NetworkRecord {
        if let exact = predefined.first(where: { $0.name == reference || $0.id == reference }) { return exact }
        let matches = reference.isEmpty ? [] : predefined.filter { $0.id.begins(with: reference) }
        do {
            let found = try store.find(reference)
            if found.name == reference || matches.isEmpty { return found }
            throw AmbiguousNetwork(reference: reference, count: matches.count + 1)
        } catch let missing as NoSuchNetwork {
            guard let match = matches.first else { throw missing }
            guard matches.count == 1 else { throw AmbiguousNetwork(reference: reference, count: matches.count) }
            return match
        }
    }

    /// The networks that are always there. Throws `UsageError` about the settings, `NetlinkError`.
    func predefined() throws -> [NetworkRecord] {
        try PredefinedNetwork.all(
            try NetworkSettings.read(paths.configuration), store, try NetlinkSocket(.route))
    }
}

/// Writes down a network before anything of the kernel is changed for it.
struct WriteNetworkRecord: Step {
    let record: NetworkRecord
    let store: NetworkStore

    /// Its maker is in the store's section.
    func apply(on stage: Stage) throws {
        let (record, store) = (record, store)
        stage.undo.push("forget network \(record.name)", scope: .setup) { try store.remove(record) }
        try store.write(record)
    }

    var explanation: Explanation {
        let file = store.file(record.id)
        return Explanation(
            shell: ["# record \(file)"], systemCalls: ["write(\"\(file).new\"), rename(\"\(file)\")"],
            why: "Network \(record.name) is written down first: what minirun makes for it is found and removed by this."
        )
    }
}

extension NetworkRecord {
    /// The network as its events name it.
    var eventNetwork: EventNetwork { EventNetwork(id: id, name: name, driver: driver.rawValue) }
}
