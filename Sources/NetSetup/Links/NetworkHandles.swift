import Namespaces
import SystemPackage

/// The handle for the network namespace that minirun itself runs in: one route socket for all steps of a plan.
public final class HostNetlink {
    /// The open socket.
    public let socket: NetlinkSocket

    /// Opens the socket.
    public init() throws(NetlinkError) {
        socket = try NetlinkSocket(.route)
    }

    /// Takes an open socket, of any namespace, as the host's.
    public init(_ socket: NetlinkSocket) {
        self.socket = socket
    }

    /// The stage's handle, opened on first use. Throws `NetlinkError`.
    public static func of(_ stage: Stage) throws -> HostNetlink {
        try stage.resource(HostNetlink.self) { try HostNetlink() }
    }
}

/// The host's ends of the cables that this plan has made, for steps that have to tell them from other containers'.
final class OwnCables {
    var hostNames: Set<String> = []
}

/// The handle for the container's network namespace: that of the process which `SpawnStep` left on the stage.
public final class ContainerNetlink {
    /// The namespace.
    public let namespace: NamespaceHandle
    private var opened: NetlinkSocket?

    /// A handle for a namespace that is open already.
    public init(_ namespace: NamespaceHandle) {
        self.namespace = namespace
    }

    /// A route socket inside, opened on first use.
    public func socket() throws(NetlinkError) -> NetlinkSocket {
        if let opened { return opened }
        let socket = try NetlinkSocket(.route, in: namespace.descriptor)
        opened = socket
        return socket
    }

    /// The stage's handle, made from its `SpawnedProcess` on first use. Throws `KernelError`.
    public static func of(_ stage: Stage) throws -> ContainerNetlink {
        try stage.resource(ContainerNetlink.self) {
            let process = try stage.process(for: "find the container's network namespace")
            return ContainerNetlink(try process.namespace(.network))
        }
    }
}
