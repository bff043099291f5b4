import CShim
import Namespaces
import SystemPackage

/// A host port that could not be reserved, in Docker's words.
public struct PortReservationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Why.
    public enum Reason: Sendable, Equatable {
        /// Another minirun holds it; its supervisor's process id where it could be found.
        case allocated(holder: CInt?)
        /// The container has no address of that family to lead to.
        case noAddress(IPAddress.Family)
        /// Every port of the range is taken.
        case exhausted
        /// Another program has it; which one, where /proc shows that to us.
        case inUse(SocketOwner?)
        /// The kernel refused the socket.
        case refused(Errno)
    }

    /// The address as Docker shows it: `0.0.0.0` for all.
    public var hostAddress: IPAddress
    /// The port that was asked for; 0 for a range or a dynamic one.
    public var hostPort: UInt16
    /// The protocol.
    public var transport: TransportProtocol
    /// Why.
    public var reason: Reason

    /// `Bind for 0.0.0.0:8080 failed: port is already allocated`, or the text that fits the reason.
    public var description: String { text(holderName: nil) }

    /// The same, with the name of the container that holds the port when the caller can tell it from the process id.
    public func text(holderName: String?) -> String {
        let frontend = "\(hostAddress.bracketed):\(hostPort)"
        switch reason {
        case .allocated(let holder):
            let who = holderName.map { " (by container \($0))" } ?? holder.map(Self.words(for:)) ?? ""
            return "Bind for \(frontend) failed: port is already allocated\(who)"
        case .noAddress(let family):
            let name = family == .v4 ? "IPv4" : "IPv6"
            return "failed to bind host port \(frontend)/\(transport.rawValue): the container has no \(name) address"
        case .exhausted:
            return "all ports are allocated"
        case .inUse(let owner):
            let words = KernelError.words(.addressInUse)
            let who = owner.map { " (by \($0.command), process \($0.process))" } ?? ""
            return "failed to bind host port \(frontend)/\(transport.rawValue): \(words)\(who)"
        case .refused(let errno):
            return
                "failed to bind host port \(frontend)/\(transport.rawValue): \(KernelError.words(errno))\(Self.hint(errno))"
        }
    }

    /// The same port given twice is held by whoever asks.
    private static func words(for holder: CInt) -> String {
        holder == getpid() ? " (by this container itself: it is given twice)" : " (by minirun, process \(holder))"
    }

    private static func hint(_ errno: Errno) -> String {
        switch errno {
        case .protocolNotSupported: " (this kernel has no such sockets; for sctp: modprobe sctp)"
        case .permissionDenied: " (ports below /proc/sys/net/ipv4/ip_unprivileged_port_start need CAP_NET_BIND_SERVICE)"
        default: ""
        }
    }
}
