import CShim

/// The subnets that networks are made of, and the choice of one that disturbs nobody.
public struct AddressPools: Sendable, Equatable {
    /// What stands in the way of a pool.
    public struct Obstacle: Sendable, Equatable, CustomStringConvertible {
        /// The addresses that are in use.
        public let prefix: IPPrefix
        /// Whose they are: `route 172.17.0.0/16 on docker0`.
        public let description: String
        /// Whether they are not in use here but behind another router: a subnet of ours within would only hide a part of
        /// them from this host.
        public let isElsewhere: Bool

        /// Names what is in use.
        public init(_ prefix: IPPrefix, _ description: String, isElsewhere: Bool = false) {
            self.prefix = prefix
            self.description = description
            self.isElsewhere = isElsewhere
        }
    }

    /// No pool is free.
    public struct Exhausted: Error, Sendable, Equatable, CustomStringConvertible {
        /// Each pool with the first thing that is in its way.
        public let blocked: [(pool: IPPrefix, obstacle: Obstacle)]

        /// Names the pools, each with what is in its way.
        public init(blocked: [(pool: IPPrefix, obstacle: Obstacle)]) { self.blocked = blocked }

        /// Docker's sentence, then what blocks each pool.
        public var description: String {
            "all predefined address pools have been fully subnetted"
                + blocked.map { "\n  \($0.pool): \($0.obstacle)" }.joined()
        }

        /// Compares pools and obstacles.
        public static func == (left: Exhausted, right: Exhausted) -> Bool {
            left.blocked.elementsEqual(right.blocked) { $0 == $1 }
        }
    }

    /// In the order of preference.
    public var subnets: [IPPrefix]

    /// Chooses among these.
    public init(_ subnets: [IPPrefix]) {
        self.subnets = subnets
    }

    /// Docker's: 172.17.0.0/16 to 172.31.0.0/16, then 192.168.0.0/16 in pieces of /20.
    public static let docker = AddressPools(
        (17...31).compactMap { IPPrefix(IPAddress(v4: 172 << 24 | $0 << 16), length: 16) }
            + (0..<16).compactMap { IPPrefix(IPAddress(v4: 192 << 24 | 168 << 16 | $0 << 12), length: 20) })

    /// The first subnet that overlaps with nothing in use.
    public func firstFree(avoiding obstacles: [Obstacle]) throws(Exhausted) -> IPPrefix {
        var blocked: [(IPPrefix, Obstacle)] = []
        for subnet in subnets {
            guard let obstacle = obstacles.first(where: { $0.prefix.overlaps(subnet) }) else { return subnet }
            blocked.append((subnet, obstacle))
        }
        throw Exhausted(blocked: blocked)
    }
}

extension AddressPools.Obstacle {
    /// What the host's routes and addresses occupy.
    ///
    /// A default route occupies nothing, nor do the two halves 0.0.0.0/1 and 128.0.0.0/1 that OpenVPN lays over it: they
    /// lead everywhere, so every subnet would count as taken.
    public static func of(
        routes: [Route], addresses: [InterfaceAddress], names: [CInt: String]
    ) -> [AddressPools.Obstacle] {
        func place(_ link: CInt?) -> String { link.flatMap { names[$0] }.map { " on \($0)" } ?? "" }
        let fromRoutes = routes.filter { $0.destination.length > 1 && $0.type != UInt8(RTN_MULTICAST) }
            .map { route in
                // Without a next hop, a unicast route leads to neighbours; of others (blackhole) nobody is here either.
                let isElsewhere =
                    route.gateway != nil || ![RTN_UNICAST, RTN_LOCAL, RTN_BROADCAST].contains(Int(route.type))
                let way = route.gateway.map { " via \($0)" } ?? ""
                return AddressPools.Obstacle(
                    route.destination, "route \(route.destination)\(way)\(place(route.link))", isElsewhere: isElsewhere)
            }
        let fromAddresses = addresses.map {
            AddressPools.Obstacle($0.prefix, "address \($0.prefix)\(place($0.link))")
        }
        return fromAddresses + fromRoutes
    }
}
