import Namespaces
import NetSetup

/// A plan as a shell script that does the same by hand, made of the steps' own shell lines.
///
/// The container's first process sleeps while the script works on its namespaces from outside. What minirun's child does
/// before its release, a shell in the namespaces does from the file `$INSIDE`, with the host's tools still in reach, so it
/// mounts at `$ROOT`; what the child does afterwards is in `$COMMAND`, with chroot where minirun has pivoted. Two things
/// have no command in Debian 12's tools: idmapped mounts, so the image's files belong to nobody and `$INSIDE` runs under
/// the host's ids; and loading a seccomp filter.
struct PlanScript {
    private let plan: RunPlan

    init(_ plan: RunPlan) { self.plan = plan }

    /// The whole script.
    var text: String {
        var lines = [
            "#!/bin/bash",
            "# What `minirun run \(Self.oneLine(plan.record.request.image))` does, by hand. Needs root, iproute2, nftables, util-linux, procps.",
            "set -eu",
            "set -a  # everything below is for the shell inside too",
            "ROOT=$(mktemp -d)",
            "INSIDE=$ROOT.inside",
            "COMMAND=$ROOT.command",
            "PARENT= PID=",
            "# unshare ends its child with itself; disowned, it is no job that the shell reports as killed",
            "trap '[ -z \"$PARENT$PID\" ] || { disown -a; kill -9 \"${PARENT:-$PID}\"; }; rm -f \"$INSIDE\" \"$COMMAND\"; rmdir \"$ROOT\"' EXIT",
            "",
        ]
        var number = 0
        for step in plan.steps {
            number += 1
            lines.append("# \(number). \(Self.oneLine(step.explanation.why))")
            lines += step.explanation.shell
            lines += inside(step)
            lines.append("")
        }
        return lines.joined(separator: "\n")
    }

    /// What may stand in a comment: a name with a line's end in it would be a command from there on.
    private static func oneLine(_ text: String) -> String { text.parts("\n").joined(separator: " ") }

    /// The child's operations, put aside until the step that releases it, in two parts.
    private func inside(_ step: any Step) -> [String] {
        guard !step.inside.isEmpty else { return [] }
        let release = step.inside.firstIndex { ($0 as? ChildOperation) == .awaitRelease } ?? step.inside.endIndex
        return file("INSIDE", step.inside[..<release]) + file("COMMAND", step.inside[release...])
    }

    private func file(_ variable: String, _ operations: ArraySlice<any Explainable>) -> [String] {
        var lines = ["set -eu"]
        for operation in operations {
            let shell = operation.explanation.shell
            guard !shell.isEmpty else { continue }
            lines.append("# \(Self.oneLine(operation.explanation.why))")
            lines += shell
        }
        // A line of the user's words (an environment variable's value) must not end the document early.
        let taken = Set(lines.flatMap { $0.parts("\n") })
        var end = "END_OF_\(variable)"
        while taken.contains(end) { end += "_" }
        return ["cat >\"$\(variable)\" <<'\(end)'"] + lines + [end]
    }
}
