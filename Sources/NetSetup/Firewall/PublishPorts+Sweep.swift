import Namespaces

extension PublishPorts {
    /// Takes out what a killed supervisor left in the table; answers whether all of it is gone.
    ///
    /// An element may be deleted only by who holds its key: meanwhile a living container may have taken the port and
    /// have put its own element in the place of the dead one's. So each host port is reserved for that moment, and the
    /// container's address is taken where it was opened itself (a routed family); `take` answers nil for an address that
    /// somebody has. What somebody else holds stays as it is, which misleads nobody, and false is answered.
    /// Throws `NetlinkError`, and what `take` throws.
    public func sweep(taking take: (IPAddress) throws -> AddressLease? = { _ in nil }) throws -> Bool {
        let netfilter = try HostNetfilter().socket
        var isDone = true
        for address in [address4, address6].compactMap(\.self) {
            let elements = direct(address)
            guard !elements.isEmpty else { continue }
            guard let lease = try take(address) else {
                isDone = false
                continue
            }
            try withExtendedLifetime(lease) { try netfilter.delete(elements) }
        }
        for publication in publications {
            let alone = PublishPorts(
                [publication], to: mode4.translates ? address4 : nil, mode6.translates ? address6 : nil)
            guard !alone.elements.isEmpty else { continue }
            guard let held = reservation(of: publication), held.publication == publication else {
                isDone = false
                continue
            }
            try withExtendedLifetime(held) { try alone.withdraw(by: netfilter) }
        }
        return isDone
    }

    private func reservation(of publication: Publication) -> PortReservation? {
        var families: Set<IPAddress.Family> = []
        if publication.guardAddress4 != nil { families.insert(.v4) }
        if publication.guardAddress6 != nil { families.insert(.v6) }
        let mapping = PortMapping(
            hostAddress: publication.hostAddress, hostPort: .fixed(publication.hostPort),
            container: publication.container)
        return try? PortReservation(mapping, families: families)
    }
}
