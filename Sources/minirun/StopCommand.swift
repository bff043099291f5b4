import ArgumentParser
import MiniRun

/// How long a container may take to stop.
struct StopPatience: ParsableArguments {
    @Option(
        name: [.customShort("t", allowingJoined: true), .long, .customLong("time")], parsing: .unconditional,
        help: ArgumentHelp("Seconds to wait before killing; negative: for ever (10).", valueName: "seconds"))
    var timeout: Int?
}

/// `minirun stop`: asks, and insists after a while.
struct StopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Stop containers: ask first, kill after a while.",
        usage: "minirun stop [-t SECONDS] CONTAINER...", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @OptionGroup var patience: StopPatience
    @Option(
        name: [.customShort("s", allowingJoined: true), .long],
        help: "Signal to ask with (the container's stop signal).")
    var signal: String?
    @Argument(help: "Names or ids.", completion: .containers)
    var containers: [String]

    func run() throws {
        let signal = try signal.map(SignalName.parse)
        try report(containers, Lifecycle(minirun.paths).stop(containers, seconds: patience.timeout, signal: signal))
    }
}

/// `minirun restart`: stop and start, on the network that the container has.
struct RestartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart", abstract: "Stop containers and start them again, on the network that they have.",
        usage: "minirun restart [-t SECONDS] CONTAINER...", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @OptionGroup var patience: StopPatience
    @Argument(help: "Names or ids.", completion: .containers)
    var containers: [String]

    func run() throws {
        let lifecycle = try Lifecycle(minirun.paths)
        try lifecycle.protectProgram(starting: containers)
        try report(containers, lifecycle.restart(containers, seconds: patience.timeout))
    }
}
