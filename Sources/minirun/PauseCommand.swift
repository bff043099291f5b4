import ArgumentParser
import MiniRun

/// `minirun pause`: freezes all processes of containers.
struct PauseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Freeze all processes of containers.", usage: "minirun pause CONTAINER...",
        helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Argument(help: "Names or ids.", completion: .containers)
    var containers: [String]

    func run() throws { try report(containers, Lifecycle(minirun.paths).pause(containers)) }
}

/// `minirun unpause`: lets them go on.
struct UnpauseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unpause", abstract: "Let frozen containers go on.", usage: "minirun unpause CONTAINER...",
        helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Argument(help: "Names or ids.", completion: .containers)
    var containers: [String]

    func run() throws { try report(containers, Lifecycle(minirun.paths).unpause(containers)) }
}
