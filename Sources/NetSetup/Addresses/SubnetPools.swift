/// Address space out of which networks get subnets of a size: `default-address-pools` in the configuration.
public struct SubnetPools: Sendable, Equatable {
    /// One piece of address space.
    public struct Pool: Sendable, Equatable {
        /// All of it, host bits zero.
        public let base: IPPrefix
        /// The length of the subnets in it, at least the base's own.
        public let size: Int

        /// Nil when subnets of that length do not fit.
        public init?(_ base: IPPrefix, size: Int) {
            guard size >= base.length, size <= base.address.family.bits else { return nil }
            self.base = base.network
            self.size = size
        }

        /// How many subnets there are; no more than one would ever look through.
        var count: UInt64 { 1 << UInt64(min(size - base.length, 48)) }

        /// The subnet of this number.
        func subnet(_ number: UInt64) -> IPPrefix? {
            IPPrefix(base.address.advanced(by: number, ofLength: size), length: size)
        }

        /// The number of the subnet after all that lies in this prefix.
        func number(after prefix: IPPrefix) -> UInt64 {
            let last = prefix.last.blocks(from: base.address, ofLength: size) ?? count
            return last >= count ? count : last + 1
        }
    }

    /// All of the pools.
    public var pools: [Pool]

    /// Chooses among these.
    public init(_ pools: [Pool]) { self.pools = pools }

    /// Docker's address space without 172.17.0.0/16, which is the default network's, in pieces of /24: 172.18.0.0/16 to
    /// 172.31.0.0/16 and 192.168.0.0/16, 3840 networks in all.
    public static let small = SubnetPools(
        ((18...31).map { IPAddress(v4: 172 << 24 | $0 << 16) } + [IPAddress(v4: 192 << 24 | 168 << 16)])
            .compactMap { IPPrefix($0, length: 16).flatMap { Pool($0, size: 24) } })

    /// The pools of one family.
    public func of(_ family: IPAddress.Family) -> SubnetPools {
        SubnetPools(pools.filter { $0.base.address.family == family })
    }

    /// The first subnet that overlaps with nothing in use.
    public func first(avoiding obstacles: [AddressPools.Obstacle]) throws(AddressPools.Exhausted) -> IPPrefix {
        for pool in pools {
            if let found = pool.free(in: 0..<pool.count, avoiding: obstacles) { return found }
        }
        throw AddressPools.Exhausted(blocked: pools.compactMap { $0.whatBlocks(obstacles) })
    }

    /// A subnet that overlaps with nothing in use. The search begins at the name's place, so a network that is made again
    /// gets the same subnet, and several networks that are made at once seldom want the same one.
    public func free(for name: String, avoiding obstacles: [AddressPools.Obstacle]) throws(AddressPools.Exhausted)
        -> IPPrefix
    {
        let total = pools.reduce(0) { $0 + $1.count }
        guard total > 0 else { throw AddressPools.Exhausted(blocked: []) }
        var start = StableHash.of(name) % total
        var first = 0
        while start >= pools[first].count {
            start -= pools[first].count
            first += 1
        }
        // The pool with the place is searched from there, then all others, then the rest of the first one.
        for place in 0...pools.count {
            let pool = pools[(first + place) % pools.count]
            let range = place == 0 ? start..<pool.count : place == pools.count ? 0..<start : 0..<pool.count
            if let found = pool.free(in: range, avoiding: obstacles) { return found }
        }
        throw AddressPools.Exhausted(blocked: pools.compactMap { $0.whatBlocks(obstacles) })
    }
}

extension SubnetPools.Pool {
    fileprivate func free(in range: Range<UInt64>, avoiding obstacles: [AddressPools.Obstacle]) -> IPPrefix? {
        let inTheWay = obstacles.filter { $0.prefix.overlaps(base) }
        var number = range.lowerBound
        while number < range.upperBound, let candidate = subnet(number) {
            guard let obstacle = inTheWay.first(where: { $0.prefix.overlaps(candidate) }) else { return candidate }
            number = max(number + 1, self.number(after: obstacle.prefix))
        }
        return nil
    }

    /// The widest obstacle, and how many there are besides.
    fileprivate func whatBlocks(_ obstacles: [AddressPools.Obstacle]) -> (
        pool: IPPrefix, obstacle: AddressPools.Obstacle
    )? {
        let inTheWay = obstacles.filter { $0.prefix.overlaps(base) }
        guard let widest = inTheWay.min(by: { $0.prefix.length < $1.prefix.length }) else { return nil }
        guard widest.prefix.length > base.length, inTheWay.count > 1 else { return (base, widest) }
        return (base, .init(widest.prefix, "\(widest) and \(inTheWay.count - 1) more"))
    }
}
