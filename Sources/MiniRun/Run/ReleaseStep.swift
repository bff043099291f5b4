import Namespaces
import SystemPackage

/// Everything around the container is in place: it may drop what it must not keep and become its command.
struct ReleaseStep: Step {
    /// Whether the container has another user namespace than ours.
    let entersUsers: Bool
    /// Where the command is counted.
    var controlGroup: ControlGroup?

    /// Waits for the child's own set-up, releases it, and waits until the command runs. Throws `ChildFailure`.
    func apply(on stage: Stage) throws {
        let process = try stage.process(for: "release the container")
        let progress = stage.resource(ChildProgress.self)
        try process.waitUntilReady { progress?.report($0) }
        try process.release()
        try process.waitForExec { progress?.report($0) }
        // The last operation became the command, so it could not report itself.
        progress?.report(process.program.operations.count - 1)
    }

    var explanation: Explanation {
        let users = entersUsers ? " --user --setuid 0 --setgid 0" : ""
        let rest = "--mount --uts --ipc --pid --net"
        return Explanation(
            shell: [
                "nsenter --target \"$PID\" \(rest) bash \"$INSIDE\"",
                command("nsenter --target \"$PID\" \(rest)\(users) bash \"$COMMAND\""),
            ],
            systemCalls: ["sendmsg(release), recvmsg() = 0: the channel closed on exec, so the command runs"],
            why: "The command starts only when its network and files are complete.")
    }

    /// By hand the command is not a child of `$PID`, so it has to enter the control group itself.
    private func command(_ line: String) -> String {
        guard let controlGroup else { return line }
        let entries = controlGroup.entries.map { "echo \"$BASHPID\" > \($0.string.shellQuoted)" }
        return "( \((entries + ["exec " + line]).joined(separator: "; ")) )"
    }
}

/// Who wants to hear of each operation that the child has finished.
final class ChildProgress {
    let report: (Int) -> Void

    init(_ report: @escaping (Int) -> Void) { self.report = report }
}
