import CShim
import Namespaces

/// Makes the loop pair what it should be again: its settings, its state, its routes, each of which may be repeated.
public struct MendLoopPair: Step, Equatable {
    /// There is nothing to choose.
    public init() {}

    /// Throws `NetlinkError`; a pair that is not there is for ``EnsureFirewall``.
    public func apply(on stage: Stage) throws {
        let socket = try HostNetlink.of(stage).socket
        guard let outward = try socket.link(named: LoopPair.outward),
            let inward = try socket.link(named: LoopPair.inward)
        else { throw NetlinkError("find \(LoopPair.outward)", .noSuchDevice) }
        try socket.request(LoopPair.settings(outward.index, inward.index, hasIPv6: IPv6.isPresent(mtu: LoopPair.mtu)))
    }

    /// What is wrong with the pair, in words; a missing one has one fault. `survey` is the host's, and so is /proc/sys.
    public static func faults(in survey: NamespaceSurvey) -> [(expected: String, found: String)] {
        var faults: [(String, String)] = []
        for name in [LoopPair.outward, LoopPair.inward] {
            guard let link = survey.link(named: name) else { return [("\(name) (veth)", "none")] }
            if !link.isUp { faults.append(("\(name) up", "down")) }
            let setting = Sysctl("net/ipv4/conf/\(name)/route_localnet")
            if let value = try? setting.value(), value != "1" { faults.append(("\(setting)=1", value)) }
            let block = name == LoopPair.outward ? LoopPair.guards4 : LoopPair.guards4.advanced(by: 128)
            let hasRoute = survey.routes.contains {
                $0.link == link.index && $0.destination == IPPrefix(block, length: 25)
            }
            if !hasRoute, link.isUp { faults.append(("\(block)/25 dev \(name)", "none")) }
        }
        return faults
    }

    /// The `ip` commands and the messages.
    public var explanation: Explanation {
        Explanation(
            shell: Array(LoopPair.shell(hasIPv6: false).dropFirst()),
            systemCalls: ["RTM_NEWLINK IPV4_DEVCONF_ROUTE_LOCALNET=1, IFF_UP", "RTM_NEWROUTE for the guard addresses"],
            why: "By the loop pair processes of the host reach published ports.")
    }
}
