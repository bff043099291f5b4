import ArgumentParser
import MiniRun

/// `minirun verify`: is everything as it is written down?
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compare networks and running containers with what is written of them.",
        usage: "minirun verify [--repair] [--json]",
        discussion: """
            Whatever somebody has changed by hand is named, with the command that makes it right; --repair makes it right.
            The exit code is 0 when all is as it is written down (by now), 1 when it is not.
            """,
        helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Flag(name: .long, help: "Make right what is not.")
    var repair = false
    @Flag(name: .long, help: "For programs.")
    var json = false

    func run() throws {
        let verification = Verification(minirun.paths)
        let report = try repair ? verification.repair() : verification.look()
        print(json ? report.json.pretty : report.text)
        if !report.left.isEmpty { throw ExitCode(1) }
    }
}
