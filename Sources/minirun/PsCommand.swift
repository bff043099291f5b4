import ArgumentParser
import MiniRun

/// `minirun ps`: the running containers.
struct PsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ps", abstract: "List running containers.", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Flag(name: .shortAndLong, help: "Show those that do not run as well.")
    var all = false
    @Flag(name: .shortAndLong, help: "Print ids only.")
    var quiet = false
    @Flag(name: .long, help: "Do not shorten.")
    var noTrunc = false

    func run() throws {
        let containers = try Containers(minirun.paths).list(all: all)
        if quiet {
            for container in containers {
                print(noTrunc ? container.record.id : ContainerID.short(container.record.id))
            }
        } else {
            print(ContainerTable.text(of: containers, shortened: !noTrunc), terminator: "")
        }
    }
}
