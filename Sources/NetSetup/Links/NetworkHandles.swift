import CShim
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

    /// The stage's handle, opened on first use.
    public static func of(_ stage: Stage) throws -> HostNetlink {
        try stage.resource(HostNetlink.self) { try HostNetlink() }
    }
}

/// The handle for the container's network namespace; left on the stage by whoever made or joined the namespace.
public final class ContainerNetlink {
    /// The nsfs descriptor of the namespace.
    public let namespace: OwnedDescriptor
    private var opened: NetlinkSocket?

    /// Takes ownership of an nsfs descriptor (`/proc/PID/ns/net`).
    public init(owning descriptor: consuming OwnedDescriptor) {
        namespace = descriptor
    }

    /// Opens the namespace of a process: `/proc/PID/ns/net`.
    public convenience init(of process: pid_t) throws(KernelError) {
        let path = "/proc/\(process)/ns/net"
        let number = minirun_open(path, O_RDONLY, 0)
        guard number >= 0 else { throw KernelError("open \(path)", .current) }
        self.init(owning: OwnedDescriptor(owning: number))
    }

    /// A route socket inside, opened on first use.
    public func socket() throws(NetlinkError) -> NetlinkSocket {
        if let opened { return opened }
        let socket = try NetlinkSocket(.route, in: namespace.rawValue)
        opened = socket
        return socket
    }

    /// The stage's handle.
    public static func of(_ stage: Stage) throws -> ContainerNetlink {
        guard let found = stage.resource(ContainerNetlink.self) else {
            throw KernelError("find the container's network namespace", .noSuchProcess)
        }
        return found
    }
}
