import NetSetup

/// The column PORTS: `0.0.0.0:7000-7002->7000-7002/tcp, 9988/udp`.
///
/// Ports that follow each other and are published under their own numbers, or only exposed, are one entry. Ports that are
/// published under other numbers come last, one by one.
enum DisplayablePorts {
    /// For what is published and what is exposed; who is published is not shown as exposed again.
    static func text(published: [PublishedPort], exposed: [ContainerPort]) -> String {
        let known = Set(published.map(\.container))
        let bare = Set(exposed).subtracting(known).map { Entry(container: $0, published: nil) }
        let entries = (bare + published.map { Entry(container: $0.container, published: $0) }).sorted()

        var groups: [Group] = []
        var places: [Group.Key: Int] = [:]
        var finished: [String] = []
        var mapped: [String] = []
        for entry in entries {
            let number = entry.container.number
            if let published = entry.published, published.hostPort != number {
                mapped.append("\(published.frontend)->\(entry.container)")
                continue
            }
            let key = Group.Key(address: entry.published?.hostAddress, transport: entry.container.transport)
            let group = Group(key: key, first: number, last: number)
            guard let place = places[key] else {
                places[key] = groups.count
                groups.append(group)
                continue
            }
            if Int(number) == Int(groups[place].last) + 1 {
                groups[place].last = number
            } else {
                finished.append(groups[place].text)
                groups[place] = group
            }
        }
        return (finished + groups.map(\.text) + mapped).joined(separator: ", ")
    }

    /// One port, in Docker's order: by number, address (none before IPv4 before IPv6), host port, protocol.
    private struct Entry: Comparable {
        var container: ContainerPort
        var published: PublishedPort?

        static func < (left: Entry, right: Entry) -> Bool {
            let (one, other) = (left.container, right.container)
            if one.number != other.number { return one.number < other.number }
            if left.published?.hostAddress != right.published?.hostAddress {
                guard let address = right.published?.hostAddress else { return false }
                return left.published.map { $0.hostAddress < address } ?? true
            }
            let ports = (left.published?.hostPort ?? 0, right.published?.hostPort ?? 0)
            return ports.0 != ports.1 ? ports.0 < ports.1 : one.transport.rawValue < other.transport.rawValue
        }
    }

    /// Ports with numbers in a row.
    private struct Group {
        struct Key: Hashable {
            var address: IPAddress?
            var transport: TransportProtocol
        }

        var key: Key
        var first: UInt16
        var last: UInt16

        var text: String {
            let numbers = first == last ? "\(first)" : "\(first)-\(last)"
            let host = key.address.map { "\($0.bracketed):\(numbers)->" } ?? ""
            return "\(host)\(numbers)/\(key.transport.rawValue)"
        }
    }
}
