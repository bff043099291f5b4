import Namespaces

/// A container on the host's own wire: an interface beside the host's, an address of the LAN, no NAT and no router here.
public enum MacvlanMode {
    /// The mode that `text` names, `bridge` for an empty text. Throws Docker's sentence.
    public static func kind(parsing text: String) throws(UsageError) -> MacvlanKind {
        if text.isEmpty { return .bridge }
        guard let kind = MacvlanKind(rawValue: text) else {
            throw UsageError(
                "requested macvlan mode '\(text)' is not valid, 'bridge' mode is the macvlan driver default")
        }
        return kind
    }

    /// The interface that is to be a parent. A macvlan may be one: the kernel takes the interface below it.
    /// Throws Docker's sentences as `UsageError`, and `NetlinkError`.
    public static func parent(named name: String, _ socket: NetlinkSocket) throws -> Link {
        guard let link = try socket.link(named: name) else {
            throw UsageError("the requested parent interface \(name) was not found on the Docker host")
        }
        if name == LoopPair.outward || name == LoopPair.inward {
            throw UsageError("interface \(name) is minirun's own way to published ports, and leads to no LAN")
        }
        if link.isLoopback { throw UsageError("loopback interface is not a valid macvlan parent link") }
        return link
    }
}
