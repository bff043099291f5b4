import ArgumentParser
import MiniRun

/// `minirun rename`: another name, also while it runs.
struct RenameCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename", abstract: "Rename a container.", usage: "minirun rename CONTAINER NAME",
        helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Argument(help: "Name or id.", completion: .containers)
    var container: String
    @Argument(help: "The new name.")
    var name: String

    func run() throws { try Lifecycle(minirun.paths).rename(container, to: name) }
}
