import Namespaces
import NetSetup

/// Which subnets a network may have: what others use, and where one that is free is found.
struct SubnetChoice {
    /// What minirun's own networks use; no option overrides that.
    var networks: [AddressPools.Obstacle] = []
    /// What the host uses.
    var host: [AddressPools.Obstacle] = []
    /// Where a subnet comes from when none is asked for.
    var pools = SubnetPools.small
    /// Whether the host's own use is overridden.
    var isForced = false
    /// What tells this machine from others, for IPv6 subnets.
    var machine = ""

    /// Nil when the subnet can be had; a sentence when it hides something that is elsewhere from the host. Throws
    /// ``PoolOverlap``.
    func check(_ subnet: IPPrefix) throws(PoolOverlap) -> String? {
        if let obstacle = networks.first(where: { $0.prefix.overlaps(subnet) }) {
            throw PoolOverlap(subnet: subnet, obstacle: obstacle, isHosts: false, free: nextFree(after: subnet))
        }
        let inTheWay = host.filter { $0.prefix.overlaps(subnet) }
        guard let obstacle = inTheWay.first(where: { !$0.isElsewhere }) ?? inTheWay.first else { return nil }
        guard obstacle.isElsewhere || isForced else {
            throw PoolOverlap(subnet: subnet, obstacle: obstacle, isHosts: true, free: nextFree(after: subnet))
        }
        return "subnet \(subnet) overlaps \(obstacle): the host no longer reaches there what is in both"
    }

    private var obstacles: [AddressPools.Obstacle] { networks + host }

    private func isFree(_ subnet: IPPrefix) -> Bool { !obstacles.contains { $0.prefix.overlaps(subnet) } }

    /// A subnet of the pools for this network. Throws `AddressPools.Exhausted`.
    func free(_ family: IPAddress.Family, for name: String) throws -> IPPrefix {
        let pools = pools.of(family)
        if family == .v4 || !pools.pools.isEmpty { return try pools.free(for: name, avoiding: obstacles) }
        guard let subnet = UniqueLocalPrefix.firstFree(machine: machine, network: name, avoiding: obstacles) else {
            throw AddressPools.Exhausted(blocked: [])
        }
        return subnet
    }

    /// The next subnet of the same length that is free: first of the same private address space (RFC 1918), then of the
    /// pools; nil when the search takes too long.
    func nextFree(after subnet: IPPrefix) -> IPPrefix? {
        let bits = subnet.address.family.bits - subnet.length
        if bits < 64 {
            let space = Self.privateSpaces.first { $0.length <= subnet.length && $0.contains(subnet.address) }
            var candidate = subnet
            for _ in 0..<4096 {
                // Behind all that lies in the way here, which may be more than one subnet's worth.
                let blocking = obstacles.filter { $0.prefix.overlaps(candidate) }.map(\.prefix.last).max()
                let end = max(candidate.last, blocking ?? candidate.last)
                guard let next = IPPrefix(end.advanced(by: 1), length: subnet.length)?.network,
                    next.address > candidate.address, space?.contains(next.address) ?? true
                else { break }
                if isFree(next) { return next }
                candidate = next
            }
        }
        guard subnet.address.family == .v4 else { return nil }
        return AddressPools.docker.subnets.compactMap { pool in
            pool.length <= subnet.length ? IPPrefix(pool.address, length: subnet.length) : nil
        }.first(where: isFree)
    }

    private static let privateSpaces = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8"]
        .compactMap { IPPrefix($0) }
}

/// Somebody else has addresses of this subnet.
public struct PoolOverlap: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was asked for.
    public let subnet: IPPrefix
    /// Whose it is.
    public let obstacle: AddressPools.Obstacle
    /// Whether it is the host, not a network of minirun.
    public let isHosts: Bool
    /// What could be had instead.
    public let free: IPPrefix?

    /// Docker's sentence; then what overlaps, and what to do.
    public var description: String {
        let hint = Phrase(
            "\(subnet) overlaps \(obstacle)" + (free.map { "; next free: \($0)" } ?? "")
                + (isHosts ? "; --force-subnet takes it all the same" : ""),
            "\(subnet) 与 \(obstacle) 重叠" + (free.map { "；下一个空闲的：\($0)" } ?? "")
                + (isHosts ? "；--force-subnet 可强行使用" : ""))
        return "Pool overlaps with other one on this address space\n\(hint)"
    }
}
