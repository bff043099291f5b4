import CShim
import Namespaces
import SystemPackage

/// A socket that holds a port and takes nothing: marked for nftables' `socket mark`, filtered, with a backlog of 0.
///
/// The kernel closes it with its process, and with it everything that the port's map elements could do.
final class ReservationSocket {
    private let descriptor: OwnedDescriptor
    /// The port it is bound to.
    let port: UInt16
    /// The guard address it is bound to; nil when it is not on one.
    let guardAddress: IPAddress?

    /// How far the socket reaches.
    enum Reach {
        /// The address alone (IPV6_V6ONLY for an IPv6 one).
        case address(IPAddress)
        /// `[::]` without IPV6_V6ONLY: every address of both families, one number.
        case everywhere
        /// An address that the host does not have (IP_FREEBIND): a guard address of the loop pair.
        case guardAddress(IPAddress)
    }

    /// Creates, marks, binds and, for a connection-oriented protocol, listens; port 0 lets the kernel choose one from
    /// `ip_local_port_range` minus `ip_local_reserved_ports`.
    init(_ transport: TransportProtocol, _ reach: Reach, port: UInt16) throws(Errno) {
        let address: IPAddress =
            switch reach {
            case .address(let address), .guardAddress(let address): address
            case .everywhere: .unspecified(.v6)
            }
        let kind = transport == .udp ? SOCK_DGRAM : SOCK_STREAM
        let number = socket(
            address.family.rawValue, CInt(kind.rawValue | SOCK_CLOEXEC.rawValue), CInt(transport.number))
        guard number >= 0 else { throw .current }
        descriptor = OwnedDescriptor(owning: number)
        guardAddress = if case .guardAddress(let address) = reach { address } else { nil }
        try Self.set(number, SOL_SOCKET, CInt(MINIRUN_SO_MARK), CInt(bitPattern: LoopPair.mark))
        guard minirun_drop_everything(number) == 0 else { throw .current }
        // Over connections in TIME_WAIT, not over another listener. For a chosen number only: the kernel's own choice
        // would else fall on ports that somebody is about to listen on. And never for UDP, where it would share the port.
        if transport == .tcp && port != 0 { try Self.set(number, SOL_SOCKET, SO_REUSEADDR, 1) }
        if address.family == .v6 {
            let only: CInt = if case .everywhere = reach { 0 } else { 1 }
            try Self.set(number, CInt(IPPROTO_IPV6), IPV6_V6ONLY, only)
        }
        if case .guardAddress = reach {
            switch address.family {
            case .v4: try Self.set(number, CInt(IPPROTO_IP), IP_FREEBIND, 1)
            case .v6: try Self.set(number, CInt(IPPROTO_IPV6), IPV6_FREEBIND, 1)
            }
        }
        guard minirun_bind(number, address.family.rawValue, address.bytes, port) == 0 else { throw .current }
        if transport != .udp {
            guard listen(number, 0) == 0 else { throw .current }
        }
        let bound = minirun_bound_port(number)
        guard bound > 0 else { throw .current }
        self.port = UInt16(bound)
    }

    private static func set(_ socket: CInt, _ level: CInt, _ option: CInt, _ value: CInt) throws(Errno) {
        var value = value
        guard setsockopt(socket, level, option, &value, socklen_t(MemoryLayout<CInt>.size)) == 0 else { throw .current }
    }
}
