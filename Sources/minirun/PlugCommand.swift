import ArgumentParser
import MiniRun

/// `minirun plug`: an interface more for a running container, in pipework's words.
struct PlugCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plug", abstract: "Plug a running container into a bridge or onto a network card's wire.",
        usage: "minirun plug [-i NAME] [-l NAME] BRIDGE CONTAINER ADDRESS/LENGTH[@GATEWAY] [MAC]",
        discussion: """
            BRIDGE is a bridge, or a network card: then the container gets a macvlan beside it. One that is missing and
            whose name begins with br is made, and goes with its last plug. 0/0 is no address. With a gateway the default
            route leads there. MAC may be U:TEXT: then it is always the same for the same text.
            """,
        helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Option(
        name: .customShort("i"),
        help: ArgumentHelp("The interface inside (eth1, or eth0 if there is none).", valueName: "name"))
    var interface: String?
    @Option(name: .customShort("l"), help: ArgumentHelp("The host's end of the cable.", valueName: "name"))
    var hostInterface: String?
    @Argument(help: "Bridge, container, address, MAC address.")
    var words: [String] = []

    func run() throws {
        let request = try PlugRequest(parsing: words, interface: interface, hostInterface: hostInterface)
        try Plugging(minirun.paths, explain: minirun.voices()).plug(request)
    }
}

/// `minirun unplug`: takes it out again.
struct UnplugCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unplug", abstract: "Take out of a container what was plugged in.",
        usage: "minirun unplug CONTAINER [INTERFACE]", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Argument(help: "Name or id.", completion: .containers)
    var container: String
    @Argument(help: "The interface inside; not needed when there is only one.")
    var interface: String?

    func run() throws { print(try Plugging(minirun.paths).unplug(container, interface)) }
}
