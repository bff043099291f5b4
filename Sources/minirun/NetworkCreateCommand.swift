import ArgumentParser
import MiniRun

/// The words of `network create`, which `plan network create` takes as well.
struct NetworkCreateOptions: ParsableArguments {
    @Option(
        name: [.customShort("d", allowingJoined: true), .long],
        help: ArgumentHelp("bridge, macvlan or overlay (bridge).", valueName: "driver"))
    var driver = "bridge"
    @Option(
        name: .long, help: ArgumentHelp("Subnet: 172.26.0.0/16. May be given for IPv4 and IPv6.", valueName: "cidr"))
    var subnet: [String] = []
    @Option(
        name: .long,
        help: ArgumentHelp("The containers' gateway in a subnet (its first address).", valueName: "address"))
    var gateway: [String] = []
    @Option(name: .long, help: ArgumentHelp("Take addresses from this part of a subnet.", valueName: "cidr"))
    var ipRange: [String] = []
    @Option(
        name: .long,
        help: ArgumentHelp("An address that somebody else has; no container gets it.", valueName: "name=address"))
    var auxAddress: [String] = []
    @Option(
        name: [.customShort("o", allowingJoined: true), .customLong("opt")],
        help: ArgumentHelp("Option of the driver: mtu=1400, parent=eth0, vni=256 ...", valueName: "key=value"))
    var options: [String] = []
    @Option(name: .long, help: ArgumentHelp("Label.", valueName: "key=value"))
    var label: [String] = []
    @Flag(name: .long, help: "No way out, no way in.")
    var `internal` = false
    @Flag(name: .long, inversion: .prefixedNo, help: "IPv4 addresses, which go without saying.")
    var ipv4 = true
    @Flag(name: .long, help: "IPv6 addresses as well.")
    var ipv6 = false
    @Flag(name: .long, help: "Accepted: containers can be connected to every network.")
    var attachable = false
    @Flag(name: .long, help: "Take the subnet although the host uses addresses of it.")
    var forceSubnet = false
    @Option(name: .long, help: ArgumentHelp("local.", visibility: .hidden))
    var scope = "local"
    @Option(name: .long, help: ArgumentHelp("default.", visibility: .hidden))
    var ipamDriver = "default"
    @Option(name: .long, help: ArgumentHelp("There are none.", visibility: .hidden))
    var ipamOpt: [String] = []
    @Flag(name: .long, help: ArgumentHelp("Of swarms.", visibility: .hidden))
    var ingress = false
    @Flag(name: .long, help: ArgumentHelp("Of swarms.", visibility: .hidden))
    var configOnly = false
    @Option(name: .long, help: ArgumentHelp("Of swarms.", visibility: .hidden))
    var configFrom: String?
    @Argument(help: "The network's name.")
    var network: String

    /// The same for the library.
    var request: NetworkRequest {
        var request = NetworkRequest(network)
        request.driver = driver
        request.subnets = subnet
        request.gateways = gateway
        request.ranges = ipRange
        request.auxiliary = auxAddress
        request.options = options
        request.labels = label
        request.isInternal = `internal`
        request.wantsIPv4 = ipv4
        request.wantsIPv6 = ipv6
        request.isAttachable = attachable
        request.forcesSubnet = forceSubnet
        request.scope = scope
        request.ipamDriver = ipamDriver
        request.ipamOptions = ipamOpt
        request.isIngress = ingress
        request.isConfigurationOnly = configOnly
        request.configurationFrom = configFrom
        return request
    }
}

/// `minirun network create`: a network of the user's own.
struct NetworkCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create a network.", usage: "minirun network create [OPTIONS] NETWORK",
        helpNames: .long)

    @ParentCommand var group: NetworkCommand
    @OptionGroup var options: NetworkCreateOptions

    func run() throws {
        let networks = Networks(group.minirun.paths, explain: try group.minirun.voices())
        try refusing { print(try networks.create(options.request)) }
    }
}
