import ArgumentParser
import MiniRun

/// `minirun doctor`: what is wrong?
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Find out why a container, a port or a network does not work.",
        usage: "minirun doctor [--json] [CONTAINER | PORT | NETWORK]",
        discussion: """
            Everything on a packet's way is looked at, in order: PASS, FAIL with the command that mends it, or SKIP. PORT is a
            port of the host, 8080 or 8080/udp. Without a word: the host, its networks, and a line for each running container.
            The exit code is 0 when nothing is wrong, 1 when something is, 2 when it could not be looked at.
            """,
        helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Flag(name: .long, help: "For programs.")
    var json = false
    @Argument(
        help: "What does not work.",
        completion: .custom { _, _, prefix in RunCompletion().containers(prefix) + RunCompletion().networks(prefix) })
    var subject: String?

    func run() throws {
        let checkups = try Doctor(minirun.paths).examine(subject)
        print(json ? Doctor.json(checkups).pretty : Doctor.text(checkups))
        let code = Doctor.exitCode(checkups)
        if code != 0 { throw ExitCode(code) }
    }
}
