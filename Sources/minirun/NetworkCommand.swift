import ArgumentParser

/// `minirun network ...`: what is done to networks.
struct NetworkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "network", abstract: "Manage networks.",
        subcommands: [
            NetworkCreateCommand.self, NetworkLsCommand.self, NetworkInspectCommand.self, NetworkRmCommand.self,
            NetworkConnectCommand.self, NetworkDisconnectCommand.self, NetworkPruneCommand.self,
            NetworkSetDefaultCommand.self,
        ], helpNames: .long)

    @ParentCommand var minirun: Minirun
}
