import ArgumentParser
import MiniRun

/// `minirun playground`: a shell, or a command, on a host that nobody needs.
struct PlaygroundCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "playground",
        abstract: "Open a shell on a fake host with a gateway and a neighbour; without privilege.",
        usage: "minirun playground [COMMAND [ARG...]]",
        discussion: """
            The host is made of namespaces: its interface ens33 has 192.168.66.11/24, the gateway is 192.168.66.1, and a
            neighbour, 192.168.66.50, runs what is given to `ip netns exec ext COMMAND`. minirun works in it as it does
            for root on a real host. Nothing of it can touch the machine, and nothing is left when the command ends.
            """,
        helpNames: .long)

    @Argument(parsing: .captureForPassthrough, help: "What to run instead of a shell.")
    var command: [String] = []

    func run() throws {
        if ["--help", "-h"].contains(command.first) { throw CleanExit.helpRequest(self) }
        throw ExitCode(try Playground(command: command).run())
    }
}

/// The playground's own first process; people have no use for it.
struct PlaygroundInsideCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: Playground.insideArgument, abstract: "The inner half of a playground.", shouldDisplay: false)

    @Argument(parsing: .captureForPassthrough)
    var command: [String] = []

    func run() throws {
        do {
            throw ExitCode(try PlaygroundInside(command: command).run())
        } catch let failure as CommandFailure {
            StandardError.write("minirun: \(failure)\n")
            throw ExitCode(failure.exitCode)
        }
    }
}
