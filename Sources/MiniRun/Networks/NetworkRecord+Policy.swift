import NetSetup

extension NetworkRecord {
    /// What the firewall has to know of a network that has a bridge on this host. Asks the kernel only about a bridge that
    /// minirun did not make. Throws `NetlinkError`.
    func policy(_ options: BridgeOptions, _ socket: NetlinkSocket) throws -> NetworkPolicy {
        NetworkPolicy(
            bridge: bridgeName, isInternal: isInternal, interContainer: options.interContainer,
            masquerades: options.masquerades, gatewayMode4: options.gatewayMode4, gatewayMode6: options.gatewayMode6,
            trustedInterfaces: options.trustedInterfaces, isOwn: !options.isFound,
            isOnLAN: try options.isFound && Self.isOnLAN(bridgeName, socket), tunnel: options.tunnel)
    }

    /// The same with what its record says. Throws `UsageError` for options, `NetlinkError`.
    func policy(_ socket: NetlinkSocket) throws -> NetworkPolicy { try policy(BridgeOptions(self), socket) }

    /// Whether a card is a port of the bridge, or the host's way to a router leads over it.
    private static func isOnLAN(_ bridge: String, _ socket: NetlinkSocket) throws -> Bool {
        guard let link = try socket.link(named: bridge) else { return false }
        if try socket.ports(of: link.index).contains(where: { $0.kind == nil }) { return true }
        return try !socket.routes().routers(over: link.index).isEmpty
    }
}

extension NetworkStore {
    /// What the firewall has to know of all networks whose bridges are there, but for the damaged ones. Throws
    /// `NetlinkError`, `KernelError`, `UsageError` about the settings.
    func policies(_ socket: NetlinkSocket) throws -> [NetworkPolicy] {
        let settings = try NetworkSettings.read(paths.configuration)
        let bridge = DefaultNetwork.bridgeName(settings)
        let networks =
            try all() + [bridge].compactMap { $0.map { DefaultNetwork.record(settings, bridge: $0, subnets: []) } }
        return try networks.filter(\.hasBridge).compactMap { network in
            try socket.link(named: network.bridgeName) == nil ? nil : try? network.policy(socket)
        }
    }
}
