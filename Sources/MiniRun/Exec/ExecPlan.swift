import CShim
import Namespaces
import NetSetup
import SystemPackage

/// The steps by which a command comes to run in a container that runs already.
struct ExecPlan {
    /// The steps, in order.
    let steps: [any Step]

    /// Plans a command. Throws `UsageError` for an unknown user or a bad option, `SeccompError` for a profile that cannot be
    /// used.
    init(
        _ request: ExecRequest, in target: ExecTarget, _ pipes: ContainerPipes?, _ store: ContainerStore, reports: Bool
    ) throws {
        let process = try ExecProcess(request, in: target, pipes, seccompCache: store.paths.seccompCache)
        let spawn = SpawnStep(
            new: [], joins: target.joins, controlGroup: try target.controlGroup(), map: target.map,
            program: process.program, reports: reports)
        var steps: [any Step] = []
        if !request.detach, !request.terminal, let uid = target.map.outside(uid: process.setup.uid) {
            steps.append(OwnStandardPipes(uid: uid, streams: pipes?.commandEnds ?? [0, 1, 2]))
        }
        steps.append(JoinContainer(spawn: spawn, process: target.process.pid, setup: process.setup))
        steps.append(StartCommand())
        self.steps = steps
    }
}

/// Makes a process in the namespaces of another one.
struct JoinContainer: Step {
    let spawn: SpawnStep
    let process: pid_t
    let setup: ProcessSetup

    func apply(on stage: Stage) throws { try spawn.apply(on: stage) }

    var explanation: Explanation {
        let options = spawn.joins.map { $0.kind == .mount ? "--mount" : $0.kind.toolOption }
        let words =
            ["nsenter", "--target", "\(process)"] + options
            + ["--setgid", "\(setup.gid)", "--setuid", "\(setup.uid)", "--wdns=\(setup.workingDirectory)"]
            + ["env", "-i"] + setup.environment + setup.arguments
        return Explanation(
            shell: [words.map(\.shellQuoted).joined(separator: " ")], systemCalls: spawn.explanation.systemCalls,
            why:
                "The command sees the container's users, files, processes and network, so it is made in its namespaces."
        )
    }

    var inside: [any Explainable] { spawn.inside.map(Quiet.init) }

    /// An operation inside that nsenter's one line stands for already.
    private struct Quiet: Explainable {
        let operation: any Explainable

        var explanation: Explanation {
            var explanation = operation.explanation
            explanation.shell = []
            return explanation
        }

        var isPreparation: Bool { operation.isPreparation }
    }
}

/// The process becomes the command.
struct StartCommand: Step {
    func apply(on stage: Stage) throws { try ReleaseStep(entersUsers: false).apply(on: stage) }

    var explanation: Explanation {
        Explanation(
            shell: [],
            systemCalls: ["sendmsg(release), recvmsg() = 0: the channel closed on exec, so the command runs"],
            why: "The command starts only when everything around it is in place.")
    }
}
