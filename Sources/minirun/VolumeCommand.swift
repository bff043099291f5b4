import ArgumentParser

/// `minirun volume ...`: what is done to volumes.
struct VolumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "volume", abstract: "Manage volumes.",
        subcommands: [
            VolumeCreateCommand.self, VolumeInspectCommand.self, VolumeLsCommand.self, VolumePruneCommand.self,
            VolumeRmCommand.self,
        ], helpNames: .long)

    @ParentCommand var minirun: Minirun
}
