import CShim
import Namespaces

/// Hears of the connections that conntrack takes up, in this process's network namespace, from its making on: an entry may
/// be gone by the time one asks for it, as that of a refused connection is.
public final class ConnectionWatch {
    private let events: NetlinkSocket
    private let table: NetlinkSocket

    /// Begins to listen. Throws `NetlinkError`.
    public init() throws(NetlinkError) {
        table = try NetlinkSocket(.netfilter)
        events = try NetlinkSocket(.netfilter)
        try events.join(NFNLGRP_CONNTRACK_NEW.rawValue, "listen to new connections")
    }

    /// The connection that begins at this port; of several ones, in different zones, one that is translated. Waits as long as
    /// it is told to. Throws `NetlinkError`.
    public func connection(
        _ transport: UInt8, from port: UInt16, to address: IPAddress, _ destinationPort: UInt16, milliseconds: Int
    ) throws(NetlinkError) -> TrackedConnection? {
        let end = Moment.after(seconds: Double(milliseconds) / 1000)
        var found: [TrackedConnection] = []
        while true {
            events.takeNotifications { reply in
                if let connection = TrackedConnection(reply) { found.append(connection) }
            }
            // Where the kernel tells nobody of new ones (nf_conntrack_events), they are still listed.
            found += try table.connections(address.family)
            found.removeAll { connection in
                let first = connection.original
                return first.protocol != transport || first.sourcePort != port || first.destination != address
                    || first.destinationPort != destinationPort
            }
            if let connection = found.first(where: \.isTranslated) ?? found.first { return connection }
            if end.hasCome { return nil }
            var watched = pollfd(fd: events.descriptor, events: Int16(POLLIN), revents: 0)
            _ = poll(&watched, 1, Moment.milliseconds(until: end))
        }
    }
}
