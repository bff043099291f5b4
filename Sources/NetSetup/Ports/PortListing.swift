import Namespaces

/// The output of `port`: which ports of a container are reachable, and where.
public enum PortListing {
    /// Every published port, `80/tcp -> 0.0.0.0:32768`, in natural order.
    public static func lines(_ ports: [PublishedPort]) -> [String] {
        ports.map(\.line).sorted(by: NaturalOrder.precedes)
    }

    /// The host's side of one port, `0.0.0.0:32768`; throws Docker's `no public port '80/udp' published for web`.
    public static func frontends(
        _ ports: [PublishedPort], of text: String, container: String
    ) throws(UsageError) -> [String] {
        let wanted = try ContainerPort(parsing: text)
        let found = ports.filter { $0.container == wanted }
        guard !found.isEmpty else { throw UsageError("no public port '\(text)' published for \(container)") }
        return found.map(\.frontend).sorted(by: NaturalOrder.precedes)
    }
}
