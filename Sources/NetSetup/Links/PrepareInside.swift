import Namespaces

/// Goes into the container's network namespace once, before there is an interface in it: refuses router advertisements,
/// by which a neighbour could make itself the container's way to everywhere, and opens all sockets that are needed inside.
public struct PrepareInside: Step, Equatable {
    /// There is nothing to choose.
    public init() {}

    /// The sockets stay with the stage's `ContainerNetlink`. Nothing to undo: the namespace goes with the container. Throws
    /// `NetlinkError`.
    public func apply(on stage: Stage) throws { try ContainerNetlink.of(stage).openTogether() }

    /// The setting by shell; the sockets mean nothing to it.
    public var explanation: Explanation {
        let file = RouterAdvertisements.setting().file
        let command = "[ ! -e \(file) ] || echo \(RouterAdvertisements.refused) >\(file)"
        return Explanation(
            shell: ["nsenter --net=\"/proc/$PID/ns/net\" sh -c \(command.shellQuoted)"],
            systemCalls: [
                "setns(CLONE_NEWNET) on a thread of its own", "write(\"\(file)\", \"\(RouterAdvertisements.refused)\")",
                "socket(AF_NETLINK), socket(AF_INET): they remember the namespace",
            ],
            why: "Routes come from minirun alone: a container that advertises itself as a router is not believed.")
    }
}
