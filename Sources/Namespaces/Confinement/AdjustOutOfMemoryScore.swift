import CShim
import SystemPackage

/// Tells the kernel whom to end sooner or later when memory runs out: /proc/PID/oom_score_adj (proc(5)).
///
/// The supervisor writes it, because the kernel asks for CAP_SYS_RESOURCE over the host to lower it, and no process in a
/// user namespace has that.
public struct AdjustOutOfMemoryScore: Step {
    /// -1000 (never) to 1000 (first).
    public var score: Int

    /// A score to be set.
    public init(_ score: Int) { self.score = score }

    /// Writes it. Throws ``KernelError``.
    public func apply(on stage: Stage) throws {
        let what = "--oom-score-adj \(score)"
        let process = try stage.process(for: what)
        do { try Files.put("\(score)", into: FilePath("/proc/\(process.pid)/oom_score_adj")) } catch {
            let own = (try? Files.text("/proc/self/oom_score_adj").trimmed) ?? "0"
            throw KernelError(
                "\(what): write it to /proc/\(process.pid)/oom_score_adj", error.errno,
                hint: error.errno == .permissionDenied
                    ? "less than our own \(own) needs the capability CAP_SYS_RESOURCE on the host" : nil)
        }
    }

    /// The three voices.
    public var explanation: Explanation {
        Explanation(
            shell: ["echo \(score) > \"/proc/$PID/oom_score_adj\""],
            systemCalls: ["write(\"/proc/PID/oom_score_adj\", \"\(score)\")"],
            why: "When memory runs out, the kernel ends processes with a high score first.")
    }
}
