/// The addresses of a subnet that containers may get.
struct OfferedRange {
    /// What the automatic addresses are taken from: the subnet, or the part of it that was set aside for them.
    let pool: IPPrefix
    /// How many offsets the pool has; in IPv6 as many as one would ever search.
    let count: UInt64
    private let subnet: IPPrefix
    private let reserved: Set<IPAddress>

    init(_ network: NetworkSubnet) {
        let subnet = network.subnet
        self.subnet = subnet
        // A range that goes beyond its subnet means all of it.
        let isInside = network.range.map { subnet.contains($0.address) && $0.length >= subnet.length } ?? false
        pool = isInside ? network.range?.network ?? subnet : subnet
        let bits = pool.address.family.bits - pool.length
        count = bits >= 32 ? 1 << 32 : 1 << UInt64(bits)
        var reserved = Set(network.auxiliary.values)
        if let gateway = network.gateway { reserved.insert(gateway) }
        // RFC 3021 and RFC 6164: where there are two addresses or one, none of them is the network's.
        if subnet.length < subnet.address.family.bits - 1 {
            reserved.insert(subnet.address)
            if network.family == .v4 { reserved.insert(subnet.last) }
        }
        self.reserved = reserved
    }

    /// Every automatic address on offer, each once, beginning at an offset.
    func candidates(from start: UInt64) -> some Sequence<IPAddress> {
        (0..<count).lazy.map { pool.address.advanced(by: (start % count + $0) % count) }.filter(offers)
    }

    /// Where to go on after this address of the pool.
    func offset(after address: IPAddress) -> UInt64 {
        ((address.offset(from: pool.address) ?? 0) + 1) % count
    }

    /// Whether it lies in the subnet, inside the pool or out of it, and is not the network's own, its broadcast address,
    /// the gateway or an auxiliary one.
    func offers(_ address: IPAddress) -> Bool { subnet.contains(address) && !reserved.contains(address) }

    /// Of the automatic addresses the first that `attempt` makes something of, beginning at an offset; nil when there is
    /// none. `known` lists addresses that somebody has or had, and is asked once and only when several attempts in a row
    /// have failed: then all others come first, without an attempt at each of those.
    func first<Value>(
        from start: UInt64, known: () throws -> Set<IPAddress>, _ attempt: (IPAddress) throws -> Value?
    ) throws -> Value? {
        let patience = 8
        for candidate in candidates(from: start).prefix(patience) {
            if let value = try attempt(candidate) { return value }
        }
        let known = try known()
        for candidate in candidates(from: start).dropFirst(patience) where !known.contains(candidate) {
            if let value = try attempt(candidate) { return value }
        }
        // All others have a file; among those may be one that is only a memory.
        for candidate in candidates(from: start).dropFirst(patience) where known.contains(candidate) {
            if let value = try attempt(candidate) { return value }
        }
        return nil
    }
}
