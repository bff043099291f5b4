import NetSetup

/// A published port with both of its ends: who has to be asked, and who answers.
public struct ServedPort: Sendable {
    /// The container's id.
    public var id: String
    /// Its name.
    public var name: String
    /// What is published where.
    public var port: PublishedPort
    /// The container's address that the port leads to.
    public var address: IPAddress?
    /// The network that the address is in.
    public var network: String
}

/// The list of `port --all`: for a balancer, say, that wants to know the servers behind it.
public enum ServedPortTable {
    /// What is printed. Throws Docker's sentence for a format that cannot be used.
    public static func text(_ ports: [ServedPort], _ options: ListingOptions) throws -> String {
        try listing.text(ports, options)
    }

    static let listing = Listing<ServedPort>(
        typeName: "*formatter.servedPortContext",
        fields: [
            .init("Address", "ADDRESS") { row, _ in row.address?.description },
            .init("HostAddress", "HOST ADDRESS") { row, _ in row.port.hostAddress.description },
            .init("HostPort", "HOST PORT") { row, _ in "\(row.port.hostPort)" },
            .init("ID", "CONTAINER ID") { row, options in options.isShortened ? ContainerID.short(row.id) : row.id },
            .init("Name", "NAME") { row, _ in row.name },
            .init("Network", "NETWORK") { row, _ in row.network },
            .init("Port", "PORT") { row, _ in "\(row.port.container.number)" },
            .init("Protocol", "PROTOCOL") { row, _ in row.port.container.transport.rawValue },
        ],
        columns:
            "{{.Name}}\t{{.HostAddress}}\t{{.HostPort}}\t{{.Address}}\t{{.Port}}\t{{.Protocol}}\t{{.Network}}")
}

extension Containers {
    /// The published ports of all containers that run, by host port. Throws `KernelError`.
    public func servedPorts() throws -> [ServedPort] {
        let running = try store.containers(all: false, held: held).filter(\.isRunning)
        let served = running.flatMap { container in
            let publisher = container.record.network.publisher
            return container.record.ports.map { port in
                let address = port.hostAddress.family == .v4 ? publisher?.address : publisher?.address6
                return ServedPort(
                    id: container.record.id, name: container.record.name, port: port, address: address?.address,
                    network: publisher?.network ?? "")
            }
        }
        return served.sorted {
            ($0.port.hostPort, $0.port.container.transport.rawValue, $0.port.hostAddress)
                < ($1.port.hostPort, $1.port.container.transport.rawValue, $1.port.hostAddress)
        }
    }
}
