import ArgumentParser
import MiniRun
import NetSetup

/// `minirun uplink ...`: the host's network card on a bridge.
struct UplinkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uplink", abstract: "Move the host's addresses to a bridge on its network card, and back.",
        subcommands: [
            UplinkAttachCommand.self, UplinkConfirmCommand.self, UplinkDetachCommand.self, UplinkLsCommand.self,
        ],
        helpNames: .long)

    @ParentCommand var minirun: Minirun
}

/// `minirun uplink attach`: moves a card's addresses and routes.
struct UplinkAttachCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach", abstract: "Move a network card's addresses and routes to a bridge, in one step.",
        discussion: """
            Connections go on, a remote shell's as well. With --confirm everything is moved back after that time unless
            `minirun uplink confirm` comes before. A process in the background does it; if it is killed, the move stays.
            """,
        helpNames: .long)

    @ParentCommand var uplink: UplinkCommand
    @Argument(help: "The network card.")
    var nic: String
    @Option(name: .long, help: "The new interface's name.")
    var bridge = "br0"
    @Option(name: .long, help: "A bridge with the card as its port, or a macvlan on the card: bridge, macvlan.")
    var mode = "bridge"
    @Option(name: .long, help: ArgumentHelp("Move back after this time unless confirmed.", valueName: "30s"))
    var confirm: String?

    func run() throws {
        guard let mode = UplinkMode(rawValue: mode) else {
            throw ValidationError("--mode is bridge or macvlan, not '\(mode)'")
        }
        let patience = try confirm.map { try GoDuration(parsing: $0) }
        let minirun = uplink.minirun
        try Uplinks(minirun.paths, explain: minirun.voices()).attach(nic, to: bridge, mode, confirmWithin: patience)
        guard let patience else { return }
        print("\(nic) is moved back in \(patience) unless you run: minirun uplink confirm \(nic)")
    }
}

/// `minirun uplink confirm`: the move is for good.
struct UplinkConfirmCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm", abstract: "Let a move stay.", usage: "minirun uplink confirm [NIC]", helpNames: .long)

    @ParentCommand var uplink: UplinkCommand
    @Argument(help: "The network card; not needed when only one waits.")
    var nic: String?

    func run() throws { print(try Uplinks(uplink.minirun.paths).confirm(nic)) }
}

/// `minirun uplink detach`: moves everything back.
struct UplinkDetachCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "detach", abstract: "Move everything back to the network card.",
        usage: "minirun uplink detach NIC", helpNames: .long)

    @ParentCommand var uplink: UplinkCommand
    @Argument(help: "The network card.")
    var nic: String

    func run() throws { try Uplinks(uplink.minirun.paths).detach(nic) }
}

/// `minirun uplink ls`: what was moved.
struct UplinkLsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls", abstract: "List the network cards that were attached.", helpNames: .long, aliases: ["list"])

    @ParentCommand var uplink: UplinkCommand
    @Option(name: .long, help: "table, table TEMPLATE, json, or a Go template such as '{{.Card}} {{.State}}'.")
    var format: String?
    @Flag(name: .shortAndLong, help: "Print the cards' names only.")
    var quiet = false

    func run() throws {
        print(try Uplinks(uplink.minirun.paths).list(ListingOptions(format: format, quiet: quiet)), terminator: "")
    }
}
