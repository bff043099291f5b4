import ArgumentParser
import MiniRun

/// `minirun kill`: a signal for the first process.
struct KillCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill", abstract: "Send a signal to containers: KILL, or another one.",
        usage: "minirun kill [-s SIGNAL] CONTAINER...", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Option(name: [.customShort("s", allowingJoined: true), .long], help: "Name or number.")
    var signal = "KILL"
    @Argument(help: "Names or ids.", completion: .containers)
    var containers: [String]

    func run() throws {
        let number = try SignalName.parse(signal)
        try report(containers, Lifecycle(minirun.paths).kill(containers, signal: number))
    }
}
