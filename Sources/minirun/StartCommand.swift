import ArgumentParser
import MiniRun

/// `minirun start`: containers that exist.
struct StartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Start containers that do not run.",
        usage: "minirun start [-a] [-i] CONTAINER...", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Flag(name: .shortAndLong, help: "See the output, pass signals on, and return the exit code.")
    var attach = false
    @Flag(name: .shortAndLong, help: "Send standard input as well.")
    var interactive = false
    @Option(name: .long, help: ArgumentHelp("Keys that let go of a terminal (ctrl-p,ctrl-q).", valueName: "keys"))
    var detachKeys: String?
    @Argument(help: "Names or ids.", completion: .containers)
    var containers: [String]

    func run() throws {
        let lifecycle = try Lifecycle(minirun.paths, explain: minirun.voices())
        try lifecycle.protectProgram(starting: containers)
        guard attach || interactive else { return try report(containers, lifecycle.start(containers)) }
        guard containers.count == 1 else {
            throw ValidationError("you cannot start and attach multiple containers at once")
        }
        throw ExitCode(
            try lifecycle.startAttached(
                containers[0], readsInput: interactive, detachKeys: detachKeys.map { try DetachKeys(parsing: $0) }))
    }
}
