import CShim
import Namespaces
import SystemPackage

/// A host port held for a container: as long as this object lives, nobody else can bind it, and the elements of the
/// firewall's maps work; when it goes, or its process is killed, both end at once.
public final class PortReservation {
    private let sockets: [ReservationSocket]
    /// What was reserved: for `PublishPorts` and for the container's record.
    public let publication: Publication

    /// Reserves what the mapping asks for: a fixed port, the first free one of a range, or one of the kernel's choice
    /// (`ip_local_port_range` minus `ip_local_reserved_ports`; the same number for IPv4 and IPv6).
    ///
    /// `families` are those in which the container has an address. A wish without an address means all of them; `0.0.0.0`
    /// and `::` all of one family. In families that are `routed` nothing of the host's is taken: there neighbours come to
    /// the container's own address. Throws with nothing held.
    public init(
        _ mapping: PortMapping, families: Set<IPAddress.Family>, routed: Set<IPAddress.Family> = []
    ) throws(PortReservationError) {
        let families = families.subtracting(routed)
        let wished = mapping.hostAddress.map { [$0.family] } ?? Array(families)
        if !routed.isEmpty, wished.allSatisfy(routed.contains) {
            sockets = []
            publication = Publication(
                hostAddress: mapping.hostAddress, hostPort: mapping.hostPort.first, container: mapping.container,
                guardAddress4: nil, guardAddress6: nil)
            return
        }
        let wish = PortWish(mapping, families)
        if let family = mapping.hostAddress?.family, !families.contains(family) {
            throw wish.error(mapping.hostPort.first, .noAddress(family))
        }
        var sockets: [ReservationSocket] = []
        switch mapping.hostPort {
        case .fixed(let port):
            do { sockets = try wish.hold(port) } catch { throw wish.explain(error, port) }
        case .dynamic:
            do { sockets = try wish.hold(0) } catch { throw wish.explain(error, 0) }
        case .range(let ports):
            for port in ports where sockets.isEmpty {
                do { sockets = try wish.hold(port) } catch  where error == .addressInUse {
                    continue
                } catch { throw wish.explain(error, port) }
            }
            if sockets.isEmpty { throw wish.error(0, .exhausted) }
        }
        self.sockets = sockets
        publication = wish.publication(sockets)
    }
}

extension HostPort {
    fileprivate var first: UInt16 {
        switch self {
        case .dynamic: 0
        case .fixed(let port): port
        case .range(let ports): ports.lowerBound
        }
    }
}

/// What one mapping wants of the host, and how to hold it.
private struct PortWish {
    let container: ContainerPort
    let address: IPAddress?
    let families: Set<IPAddress.Family>

    init(_ mapping: PortMapping, _ families: Set<IPAddress.Family>) {
        container = mapping.container
        address = mapping.hostAddress
        self.families = address.map { [$0.family] } ?? families
    }

    /// The socket that the world sees; for a single address, one more on a guard address of the loop pair.
    func hold(_ port: UInt16) throws(Errno) -> [ReservationSocket] {
        guard let address else { return [try holdEverywhere(port)] }
        let front = try ReservationSocket(container.transport, .address(address), port: port)
        // A wildcard socket is found under every address, guard addresses too.
        if address.isUnspecified { return [front] }
        for candidate in LoopPair.guardAddresses(address.family) {
            do {
                return [
                    front, try ReservationSocket(container.transport, .guardAddress(candidate), port: front.port),
                ]
            } catch  where error == .addressInUse { continue }
        }
        throw .addressInUse
    }

    private func holdEverywhere(_ port: UInt16) throws(Errno) -> ReservationSocket {
        if families.contains(.v6) {
            do { return try ReservationSocket(container.transport, .everywhere, port: port) } catch
                where
                error == .addressFamilyNotSupported && families.contains(.v4)
            { /* a kernel without IPv6: hold what there is */  }
        }
        return try ReservationSocket(container.transport, .address(.unspecified(.v4)), port: port)
    }

    func publication(_ sockets: [ReservationSocket]) -> Publication {
        func guardAddress(_ family: IPAddress.Family) -> IPAddress? {
            guard families.contains(family) else { return nil }
            return sockets.last?.guardAddress ?? LoopPair.wildcardGuard(family)
        }
        return Publication(
            hostAddress: address, hostPort: sockets.first?.port ?? 0, container: container,
            guardAddress4: guardAddress(.v4), guardAddress6: guardAddress(.v6))
    }

    func error(_ port: UInt16, _ reason: PortReservationError.Reason) -> PortReservationError {
        PortReservationError(
            hostAddress: address ?? .unspecified(.v4), hostPort: port, transport: container.transport, reason: reason)
    }

    /// Finds out, on this error path only, who holds the port: one of ours, or another program.
    func explain(_ errno: Errno, _ port: UInt16) -> PortReservationError {
        guard errno == .addressInUse else { return error(port, .refused(errno)) }
        if port == 0 { return error(port, .exhausted) }
        switch PortHolder.find(container.transport, port, address) {
        case .minirun(let process)?: return error(port, .allocated(holder: process))
        case .other(let owner)?: return error(port, .inUse(owner))
        case nil: return error(port, .inUse(nil))
        }
    }
}
