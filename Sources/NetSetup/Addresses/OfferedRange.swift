/// The addresses of a subnet that containers may get.
struct OfferedRange {
    /// The subnet's first address, from which offsets count.
    let base: IPAddress
    /// How many offsets there are; in IPv6 as many as one would ever search.
    let count: UInt64
    private let gateway: IPPrefix

    init(gateway: IPPrefix) {
        self.gateway = gateway
        base = gateway.network.address
        let bits = gateway.address.family.bits - gateway.length
        count = bits >= 32 ? 1 << 32 : 1 << UInt64(bits)
    }

    /// Every address on offer, each once, beginning at an offset.
    func candidates(from start: UInt64) -> some Sequence<IPAddress> {
        (0..<count).lazy.map { base.advanced(by: (start % count + $0) % count) }.filter(offers)
    }

    /// Where to go on after this address.
    func offset(after address: IPAddress) -> UInt64 {
        ((address.offset(from: base) ?? 0) + 1) % count
    }

    /// Not the network itself, its broadcast address or the gateway. RFC 3021: a /31 has neither of the former.
    func offers(_ address: IPAddress) -> Bool {
        guard gateway.contains(address), address != gateway.address else { return false }
        if gateway.address.family == .v6 { return address != base }
        return gateway.length >= 31 || (address != base && address != gateway.last)
    }
}
