import Namespaces

/// Goes into the container's network namespace once, before there is an interface in it: refuses router advertisements,
/// by which a neighbour could make itself the container's way to everywhere, lets every user inside have low ports and send
/// pings, as Docker does, and opens all sockets that are needed inside.
public struct PrepareInside: Step, Equatable {
    /// The groups inside, as the host counts them: first and last; nil leaves pings to root.
    public let groups: ClosedRange<UInt32>?
    /// Settings that somebody else makes at the same time, as sysctl(8) writes them: the user's own.
    public let others: Set<String>

    /// `map` tells which groups the container has.
    public init(map: IDMap? = nil, besides others: Set<String> = []) {
        self.others = others
        groups = map?.gids.first.map { $0.outside...($0.outside &+ min($0.count, Self.mostGroups) &- 1) }
    }

    /// What net.ipv4.ping_group_range takes (GID_T_MAX in net/ipv4/sysctl_net_ipv4.c).
    private static let mostGroups: UInt32 = 1 << 31

    private var settings: [(Sysctl, String)] {
        var settings = [(Sysctl("net/ipv4/ip_unprivileged_port_start"), "0")]
        if let groups {
            settings.append((Sysctl("net/ipv4/ping_group_range"), "\(groups.lowerBound) \(groups.upperBound)"))
        }
        if IPv6.isPresent(mtu: IPv6.minimumMTU) {
            settings.append((RouterAdvertisements.setting(), RouterAdvertisements.refused))
        }
        return settings.filter { !others.contains($0.0.description) }
    }

    /// The sockets stay with the stage's `ContainerNetlink`. Nothing to undo: the namespace goes with the container. Throws
    /// `NetlinkError`.
    public func apply(on stage: Stage) throws { try ContainerNetlink.of(stage).openTogether(settings) }

    /// The settings by shell; the sockets mean nothing to it.
    public var explanation: Explanation {
        let commands = settings.map { sysctl, value in
            "[ ! -e \(sysctl.file) ] || echo \(value.shellQuoted) >\(sysctl.file)"
        }
        return Explanation(
            shell: ["nsenter --net=\"/proc/$PID/ns/net\" sh -c \(commands.joined(separator: "; ").shellQuoted)"],
            systemCalls: ["setns(CLONE_NEWNET) on a thread of its own"]
                + settings.map { sysctl, value in "write(\"\(sysctl.file)\", \"\(value)\")" }
                + ["socket(AF_NETLINK), socket(AF_INET): they remember the namespace"],
            why:
                "Its ports are its own, so everybody inside may have low ones; routes come from minirun alone: a container "
                + "that advertises itself as a router is not believed.")
    }
}
