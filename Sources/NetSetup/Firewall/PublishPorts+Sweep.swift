import Namespaces

extension PublishPorts {
    /// Takes out what a killed supervisor left in the maps; answers whether all of it is gone.
    ///
    /// An element may be deleted only by who holds its port: meanwhile a living container may have taken the port and
    /// have put its own element in the place of the dead one's. So each port is reserved for that moment; one that
    /// somebody else holds stays as it is, which misleads nobody, and false is answered. Throws `NetlinkError`.
    public func sweep() throws -> Bool {
        let netfilter = try HostNetfilter().socket
        var isDone = true
        for publication in publications {
            var families: Set<IPAddress.Family> = []
            if publication.guardAddress4 != nil { families.insert(.v4) }
            if publication.guardAddress6 != nil { families.insert(.v6) }
            let mapping = PortMapping(
                hostAddress: publication.hostAddress, hostPort: .fixed(publication.hostPort),
                container: publication.container)
            guard let held = try? PortReservation(mapping, families: families), held.publication == publication else {
                isDone = false
                continue
            }
            try withExtendedLifetime(held) {
                try PublishPorts([publication], to: address4, address6).withdraw(by: netfilter)
            }
        }
        return isDone
    }
}
