import ArgumentParser
import MiniRun

/// `minirun run`: a container in the foreground.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a command in a new container.",
        usage: "minirun run [OPTIONS] IMAGE|DIR [COMMAND [ARG...]]",
        helpNames: .long
    )

    @ParentCommand var minirun: Minirun
    @OptionGroup var options: RunOptions

    func run() throws {
        let container = try ContainerRun(options.request(), paths: minirun.paths, explain: minirun.voices())
        throw ExitCode(try container.run())
    }
}
