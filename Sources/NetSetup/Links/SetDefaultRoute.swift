import Namespaces

/// Gives a container its default route of one family, in place of the one it has: when it is connected to a network that
/// goes before, or has lost the one that did.
public struct SetDefaultRoute: Step, Equatable {
    /// The next hop.
    public var gateway: IPAddress
    /// The interface inside.
    public var interface: String

    /// Describes the route.
    public init(via gateway: IPAddress, on interface: String) {
        self.gateway = gateway
        self.interface = interface
    }

    /// Through the container's socket. Nothing is undone: whoever takes the interface away sets the route anew. Throws
    /// `NetlinkError`.
    public func apply(on stage: Stage) throws {
        let socket = try ContainerNetlink.of(stage).socket()
        guard let link = try socket.link(named: interface) else {
            throw NetlinkError("find \(interface) inside the container", .noSuchDevice)
        }
        try socket.request(.addRoute(via: gateway, on: link.index, named: interface, replacing: true))
    }

    /// The `ip` command, run in the container's network namespace.
    public var explanation: Explanation {
        let family = gateway.family == .v6 ? "-6 " : ""
        return Explanation(
            shell: [
                "nsenter --net=\"/proc/$PID/ns/net\" ip \(family)route replace default via \(gateway) dev "
                    + interface.shellQuoted
            ],
            systemCalls: ["RTM_NEWROUTE NLM_F_CREATE|NLM_F_REPLACE default via \(gateway)"],
            why: "Of several networks one is the way to everywhere else: the one with the highest gw-priority.")
    }
}
