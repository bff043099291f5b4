import Namespaces
import NetSetup

/// A plan as a shell script that does the same by hand, made of the steps' own shell lines.
///
/// The container's first process sleeps while the script works on its namespaces from outside; what minirun's child does
/// between clone and exec, a shell inside the namespaces does from the file `$INSIDE`, with the host's tools still in
/// reach, so it mounts at `$ROOT` and ends with chroot where minirun pivots. Two things have no command in Debian 12's
/// tools: idmapped mounts (the image's files belong to nobody) and loading a seccomp filter.
struct PlanScript {
    private let plan: RunPlan

    init(_ plan: RunPlan) { self.plan = plan }

    /// The whole script.
    var text: String {
        var lines = [
            "#!/bin/bash",
            "# What `minirun run \(plan.record.request.image)` does, by hand. Needs root, iproute2, nftables, util-linux, procps.",
            "set -eu",
            "set -a  # everything below is for the shell inside too",
            "ROOT=$(mktemp -d)",
            "INSIDE=$ROOT.inside",
            "PID=",
            "trap '[ -z \"$PID\" ] || kill -9 \"$PID\"; rm -rf \"$INSIDE\"; rmdir \"$ROOT\"' EXIT",
            "",
        ]
        var number = 0
        for step in plan.steps {
            number += 1
            lines.append("# \(number). \(step.explanation.why)")
            lines += step.explanation.shell
            lines += inside(step)
            lines.append("")
        }
        return lines.joined(separator: "\n")
    }

    /// The child's operations, put aside until the step that releases it.
    private func inside(_ step: any Step) -> [String] {
        guard !step.inside.isEmpty else { return [] }
        var body = ["set -eu"]
        for operation in step.inside {
            let shell = operation.explanation.shell
            guard !shell.isEmpty else { continue }
            body.append("# \(operation.explanation.why)")
            body += shell
        }
        return ["cat >\"$INSIDE\" <<'END_OF_INSIDE'"] + body + ["END_OF_INSIDE"]
    }
}
