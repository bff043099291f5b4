import CShim
import Namespaces
import SystemPackage

/// `minirun netns exec`: a program of the host, with the host's files and users, in a container's network, as
/// `ip netns exec` runs one. /sys is that of the network, so that /sys/class/net shows its interfaces.
///
/// It needs no name: the namespace is entered by way of the container's process.
public struct NamespaceExec {
    private let store: ContainerStore
    private let voices: ExplainVoices?

    /// The containers of this store.
    public init(_ paths: StatePaths, explain voices: ExplainVoices?) {
        store = ContainerStore(paths)
        self.voices = voices
    }

    /// Runs the command and returns its exit code, 128+n after signal n. Throws `RunFailure`: 126 and 127 for a command that
    /// cannot be run or is not there, 125 for all else.
    public func run(_ reference: String, _ command: [String]) throws -> Int32 {
        do {
            try Privilege.check("netns exec needs root, to enter a namespace")
            let target = try NetworkTarget(reference, in: store)
            return try start(command, in: target)
        } catch let failure as ChildFailure {
            throw RunFailure(failure, program: command.first ?? "")
        } catch { throw RunFailure(error) }
    }

    private func start(_ command: [String], in target: NetworkTarget) throws -> Int32 {
        let stage = Stage()
        // Before there is anything to signal, so that no signal is lost in between.
        let signals = try SignalQueue()
        do {
            try stage.apply([Self.step(command, in: target)], explaining: voices, id: target.record.id)
            try stage.process(for: "run a command").waitForExec { index in
                stage.resource(ChildProgress.self)?.report(index)
            }
        } catch {
            stage.undo.unwind()
            throw error
        }
        let process = try stage.process(for: "wait for the command")
        let end = ProcessEnd(process)
        let loop = PollLoop()
        loop.add(end)
        loop.add(CommandSignals(signals, to: process))
        while end.exit == nil { try loop.turn() }
        return end.exit?.code ?? 126
    }

    /// One process between, and a mount namespace of its own, whose mounts do not come out.
    private static func step(_ command: [String], in target: NetworkTarget) -> JoinNetwork {
        let setup = ProcessSetup(arguments: command, environment: Environment.own)
        var program = ChildProgram()
        program.append(.awaitMaps)
        program.append(.parentDeathSignal(SIGKILL))
        program.append(.setPropagation("/", [.isSlave, .recursive]))
        let groups = "/sys/fs/cgroup"
        let hasGroups = access(groups, F_OK) == 0
        let slot = program.newSlot()
        if hasGroups { program.append(.openTree(groups, recursive: true, slot)) }
        program.append(.mount(source: target.record.name, target: "/sys", type: "sysfs", flags: .dataOnly, data: nil))
        if hasGroups { program.append(.attach(slot, target: groups)) }
        program.append(setup.execution)
        let path = "/proc/\(target.process.pid)/ns/net"
        return JoinNetwork(
            spawn: SpawnStep(
                new: [.mount], joins: [.init(.network, target.namespace, path: path)],
                map: IDMap(outside: 0, count: .max), program: program),
            path: path, command: command)
    }
}

/// Makes a process of the host in another network namespace.
private struct JoinNetwork: Step {
    let spawn: SpawnStep
    let path: String
    let command: [String]

    func apply(on stage: Stage) throws { try spawn.apply(on: stage) }

    var explanation: Explanation {
        let script = "mount -t sysfs none /sys && exec \"$@\""
        let words = [
            "nsenter", "--net=\(path)", "unshare", "--mount", "--propagation", "slave", "sh", "-c", script, "sh",
        ]
        return Explanation(
            shell: [(words + command).map(\.shellQuoted).joined(separator: " ")],
            systemCalls: spawn.explanation.systemCalls,
            why: "Only the network is the container's: programs, files and users are the host's.")
    }
}

/// Passes signals on to a command that is in our session. What the keyboard sends it gets by itself: sent once more it
/// would be one too many.
private final class CommandSignals: PollParticipant {
    private static let keyboard: Set<CInt> = [SIGINT, SIGQUIT, SIGWINCH, SIGCONT]
    private let signals: SignalQueue
    private let process: SpawnedProcess
    private let hasKeyboard = isatty(0) == 1

    init(_ signals: SignalQueue, to process: SpawnedProcess) {
        self.signals = signals
        self.process = process
    }

    var interest: [pollfd] { [pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0)] }

    func serve(_ polled: ArraySlice<pollfd>) throws {
        guard polled.first?.revents != 0 else { return }
        for signal in signals.take() where !(hasKeyboard && Self.keyboard.contains(signal)) {
            try process.signal(signal)
        }
    }
}
