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

extension Stage {
    /// The host's ends of this plan's own cables. After a failure they may still be there, for the namespace that takes them
    /// along dies in the background: they do not count as anybody's use of a bridge.
    var ownCables: Set<String> { resource(OwnCables.self)?.hostNames ?? [] }
}

extension NetlinkSocket {
    /// Whether a bridge has a port that is none of these: somebody has come to use it. Every undo of what containers share
    /// asks this, for a failed start must take nothing away from one that runs.
    func isUsed(_ bridge: String, besides own: Set<String>) throws(NetlinkError) -> Bool {
        guard let link = try link(named: bridge) else { return false }
        return try ports(of: link.index).contains { !own.contains($0.name) }
    }
}

/// The handle for the container's network namespace: that of the process which `SpawnStep` left on the stage.
public final class ContainerNetlink {
    /// The namespace.
    public let namespace: NamespaceHandle
    private var opened: NetlinkSocket?
    private var openedNames: NameSockets?
    private var openedNetfilter: NetlinkSocket?

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

    /// A netfilter socket inside, opened on first use.
    func netfilter() throws(NetlinkError) -> NetlinkSocket {
        if let openedNetfilter { return openedNetfilter }
        let socket = try NetlinkSocket(.netfilter, in: namespace.descriptor)
        openedNetfilter = socket
        return socket
    }

    /// The name server's two sockets, not yet bound; given away, so the next call opens others. Throws `KernelError`.
    func nameSockets() throws(KernelError) -> NameSockets {
        if let openedNames {
            self.openedNames = nil
            return openedNames
        }
        return try NameSockets(in: namespace.descriptor)
    }

    /// All that is needed inside, by one visit, and before there is an interface; see ``PrepareInside``. What cannot be
    /// opened here is tried again, and complained of, when it is used.
    func openTogether(_ settings: [(Sysctl, String)]) throws(NetlinkError) {
        let asked = "open sockets in the container's network namespace"
        do {
            let sockets = try OpenedSockets(
                [NetlinkSocket.Bus.route.wish, NetlinkSocket.Bus.netfilter.wish] + NameSockets.wishes,
                in: namespace.descriptor, settings: settings)
            let route = try NetlinkSocket(.route, owning: sockets.take(0))
            opened = route
            openedNetfilter = try? NetlinkSocket(.netfilter, owning: sockets.take(1))
            openedNames = try? NameSockets(sockets, first: 2)
        } catch let error as KernelError {
            throw NetlinkError(asked, error.errno)
        } catch let error as NetlinkError {
            throw error
        } catch { throw NetlinkError(asked, .invalidArgument) }
    }

    /// The stage's handle, made from its `SpawnedProcess` on first use. Throws `KernelError`.
    public static func of(_ stage: Stage) throws -> ContainerNetlink {
        try stage.resource(ContainerNetlink.self) {
            let process = try stage.process(for: "find the container's network namespace")
            return ContainerNetlink(try process.namespace(.network))
        }
    }
}
