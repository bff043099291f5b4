import ArgumentParser
import MiniRun
import NetSetup

/// `minirun network connect`: one more network for a container.
struct NetworkConnectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect", abstract: "Connect a container to a network, at once if it runs.",
        usage: "minirun network connect [OPTIONS] NETWORK CONTAINER", helpNames: .long)

    @ParentCommand var parent: NetworkCommand
    @Option(name: .long, help: "Further name of the container in the network.")
    var alias: [String] = []
    @Option(name: .long, help: "IPv4 address (172.30.100.104).")
    var ip: String?
    @Option(name: .long, help: "IPv6 address (2001:db8::33).")
    var ip6: String?
    @Option(name: .long, help: "Link-local address besides.")
    var linkLocalIp: [String] = []
    @Option(name: .long, help: "MAC address.")
    var macAddress: String?
    @Option(name: .long, help: "The highest gives the container its default route (0).")
    var gwPriority = 0
    @Option(name: .long, help: ArgumentHelp("Option of the network's driver.", valueName: "key=value"))
    var driverOpt: [String] = []
    @Argument(help: "The network's name or id.", completion: .networks)
    var network: String
    @Argument(help: "The container's name or id.", completion: .containers)
    var container: String

    func run() throws {
        var attachment = NetworkAttachment(network)
        attachment.aliases = alias
        attachment.ip = try ip.map(ScalarOptions.ip)
        attachment.ip6 = try ip6.map(ScalarOptions.ip6)
        attachment.macAddress = try macAddress.map(ScalarOptions.macAddress)
        attachment.linkLocal = try linkLocalIp.map(NetworkAttachment.linkLocal)
        attachment.gatewayPriority = gwPriority
        attachment.driverOptions = try NetworkAttachment.driverOptions(driverOpt)
        try Lifecycle(parent.minirun.paths).connect(attachment, to: container)
    }
}

/// `minirun network disconnect`: one network less.
struct NetworkDisconnectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disconnect", abstract: "Disconnect a container from a network, at once if it runs.",
        usage: "minirun network disconnect [-f] NETWORK CONTAINER", helpNames: .long)

    @ParentCommand var parent: NetworkCommand
    @Flag(name: .shortAndLong, help: "Accepted: it is never refused for the container's sake.")
    var force = false
    @Argument(help: "The network's name or id.", completion: .networks)
    var network: String
    @Argument(help: "The container's name or id.", completion: .containers)
    var container: String

    func run() throws { try Lifecycle(parent.minirun.paths).disconnect(container, from: network) }
}
