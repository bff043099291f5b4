import ArgumentParser
import MiniRun

/// `minirun network set-default`: the default network's settings, under the names that Docker's daemon gives them.
struct NetworkSetDefaultCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-default", abstract: "Change or show the settings of the default network.",
        usage: "minirun network set-default [OPTIONS]",
        discussion: """
            The settings are kept in /etc/minirun/minirun.json (--config, MINIRUN_CONFIG) under the keys of Docker's
            daemon.json. An empty value takes a setting back.
            """, helpNames: .long)

    @ParentCommand var group: NetworkCommand
    @Option(name: .shortAndLong, help: "An existing bridge of the host's to use; none for no default network.")
    var bridge: String?
    @Option(name: .long, help: ArgumentHelp("The bridge's address: 172.19.0.1/16.", valueName: "cidr"))
    var bip: String?
    @Option(name: .long, help: ArgumentHelp("The bridge's IPv6 address.", valueName: "cidr"))
    var bip6: String?
    @Option(name: .long, help: ArgumentHelp("Take containers' addresses from this range.", valueName: "cidr"))
    var fixedCidr: String?
    @Option(name: .long, help: ArgumentHelp("Take containers' IPv6 addresses from this range.", valueName: "cidr"))
    var fixedCidrV6: String?
    @Option(name: .long, help: ArgumentHelp("Packet size; auto for that of the host's way out.", valueName: "bytes"))
    var mtu: String?
    @Option(name: .long, help: ArgumentHelp("The containers' way out, if not the bridge.", valueName: "address"))
    var defaultGateway: String?
    @Option(name: .long, help: ArgumentHelp("The same for IPv6.", valueName: "address"))
    var defaultGatewayV6: String?
    @Option(name: .long, help: ArgumentHelp("Name server of containers that name none.", valueName: "address"))
    var dns: [String] = []
    @Option(name: .long, help: ArgumentHelp("Search domain of such containers.", valueName: "domain"))
    var dnsSearch: [String] = []
    @Option(
        name: [.customLong("dns-opt"), .customLong("dns-opts"), .customLong("dns-option")],
        help: ArgumentHelp("Resolver option of such containers.", valueName: "option"))
    var dnsOptions: [String] = []
    @Option(name: .long, help: ArgumentHelp("Whether containers may talk to each other (true).", valueName: "bool"))
    var icc: String?
    @Option(name: .long, help: ArgumentHelp("Whether what leaves takes the host's address (true).", valueName: "bool"))
    var ipMasq: String?
    @Option(name: .long, help: ArgumentHelp("Publish ports on this address of the host.", valueName: "address"))
    var ip: String?
    @Option(name: .long, help: ArgumentHelp("Whether there is IPv6 (whenever the host has it).", valueName: "bool"))
    var ipv6: String?
    @Option(
        name: [.customLong("default-address-pool"), .customLong("default-address-pools")],
        help: ArgumentHelp("Where networks get their subnets from.", valueName: "base=CIDR,size=NUMBER"))
    var pools: [String] = []
    @Flag(name: .long, help: "Take a subnet although the host uses addresses of it.")
    var forceSubnet = false
    @Flag(name: .long, help: "Print the settings.")
    var show = false
    @Flag(name: .long, help: "Begin anew, without any setting.")
    var reset = false

    func run() throws {
        let networks = Networks(group.minirun.paths, explain: try group.minirun.voices())
        let words = words
        try refusing {
            if reset || !words.isEmpty {
                try networks.setDefault(reset: reset, forcesSubnet: forceSubnet) { settings in
                    for (key, values) in words { try settings.set(key, values) }
                }
            }
            if show || (!reset && words.isEmpty) { print(try networks.defaultSettings(), terminator: "") }
        }
    }

    /// What was given, by key.
    private var words: [(key: String, values: [String])] {
        let single = [
            ("bridge", bridge), ("bip", bip), ("bip6", bip6), ("fixed-cidr", fixedCidr), ("fixed-cidr-v6", fixedCidrV6),
            ("mtu", mtu), ("default-gateway", defaultGateway), ("default-gateway-v6", defaultGatewayV6), ("icc", icc),
            ("ip-masq", ipMasq), ("ip", ip), ("ipv6", ipv6),
        ].compactMap { key, value in value.map { (key, [$0]) } }
        let lists = [
            ("dns", dns), ("dns-search", dnsSearch), ("dns-opts", dnsOptions), ("default-address-pools", pools),
        ].filter { !$0.1.isEmpty }
        return single + lists
    }
}
