import Namespaces
import NetSetup

/// What the administrator says about the default network, and about networks in general: the keys of Docker's daemon.json
/// that are about these.
public struct NetworkSettings: Sendable, Equatable {
    /// `bridge`: a bridge of the host's own instead of minirun0, or `none` for no default network.
    public var bridge: String?
    /// `bip`: the bridge's IPv4 address with the subnet's length.
    public var bip: IPPrefix?
    /// `bip6`: the bridge's IPv6 address likewise.
    public var bip6: IPPrefix?
    /// `fixed-cidr`: where containers' IPv4 addresses are taken from.
    public var fixedCIDR: IPPrefix?
    /// `fixed-cidr-v6`: where their IPv6 addresses are taken from.
    public var fixedCIDR6: IPPrefix?
    /// `mtu`: the packet size in bytes; nil for that of the host's way out.
    public var mtu: Int?
    /// `default-gateway`: the containers' way out, when it is not the bridge.
    public var defaultGateway: IPAddress?
    /// `default-gateway-v6`: the same for IPv6.
    public var defaultGateway6: IPAddress?
    /// `dns`: the name servers of containers that name none.
    public var dns: [String] = []
    /// `dns-search`: their search domains.
    public var dnsSearch: [String] = []
    /// `dns-opts`: their resolver options.
    public var dnsOptions: [String] = []
    /// `icc`: whether containers of the default network may talk to each other.
    public var icc: Bool?
    /// `ip-masq`: whether what leaves takes the host's address.
    public var ipMasquerade: Bool?
    /// `ip`: the host's address that ports are published on when `-p` names none.
    public var ip: IPAddress?
    /// `ipv6`: whether the default network has IPv6; nil for whenever the host has.
    public var ipv6: Bool?
    /// `default-address-pools`: where networks get their subnets from.
    public var pools: [SubnetPools.Pool] = []

    /// What goes without saying.
    public init() {}

    /// The pools, or minirun's own.
    var subnetPools: SubnetPools {
        let family4 = pools.contains { $0.base.address.family == .v4 }
        return SubnetPools((family4 ? [] : SubnetPools.small.pools) + pools)
    }

    /// Whether there is a default network at all.
    public var hasDefaultNetwork: Bool { bridge != "none" }

    // MARK: What goes together

    /// Throws Docker's sentence about settings that contradict each other.
    public func check() throws(UsageError) {
        if let bridge, bridge != "none" {
            try InterfaceName.parse(bridge, what: "bridge")
            guard bip == nil, bip6 == nil else {
                throw UsageError("You specified -b & --bip, mutually exclusive options. Please specify only one")
            }
        }
        try check(bip, .v4, "bip")
        try check(bip6, .v6, "bip6")
        try check(fixed: fixedCIDR, in: bip, .v4, "fixed-cidr")
        try check(fixed: fixedCIDR6, in: bip6, .v6, "fixed-cidr-v6")
        // A bridge of the user's own has its subnet from its address; `fixed-cidr` is only where containers are in it.
        let isOwn = bridge == nil
        try check(gateway: defaultGateway, in: bip ?? (isOwn ? fixedCIDR : nil), .v4)
        try check(gateway: defaultGateway6, in: bip6 ?? (isOwn ? fixedCIDR6 : nil), .v6)
        if let mtu, !(68...65535).contains(mtu) { throw UsageError("invalid MTU number: \(mtu)") }
        if let mtu, mtu < IPv6.minimumMTU, ipv6 == true || bip6 != nil || fixedCIDR6 != nil {
            throw UsageError("invalid MTU number: \(mtu): IPv6 needs \(IPv6.minimumMTU) at least (RFC 8200)")
        }
        if ipv6 == false, let key = bip6 != nil ? "bip6" : fixedCIDR6 != nil ? "fixed-cidr-v6" : nil {
            throw UsageError("\(key) goes with ipv6, which is switched off")
        }
        for server in dns { _ = try NameServer.parse(option: server) }
        if let overlapping = pools.indices.first(where: { place in
            pools[..<place].contains { $0.base.overlaps(pools[place].base) }
        }) {
            throw UsageError("invalid default-address-pools: \(pools[overlapping].base) overlaps another one of them")
        }
    }

    /// Throws Docker's sentence about what lies in none of the bridge's subnets, which only the host can tell where the
    /// settings do not name them.
    func check(in subnets: [IPPrefix]) throws(UsageError) {
        for subnet in subnets {
            let family = subnet.address.family
            // What it says by itself has been looked at.
            guard (family == .v4 ? bip : bip6) == nil else { continue }
            if bridge != nil {
                let key = family == .v4 ? "fixed-cidr" : "fixed-cidr-v6"
                try check(fixed: family == .v4 ? fixedCIDR : fixedCIDR6, in: subnet, family, key)
            }
            try check(gateway: family == .v4 ? defaultGateway : defaultGateway6, in: subnet, family)
        }
    }

    private func check(_ bip: IPPrefix?, _ family: IPAddress.Family, _ key: String) throws(UsageError) {
        guard let bip else { return }
        guard bip.address.family == family else {
            throw UsageError("invalid \(key) \(bip): it is no IPv\(family == .v4 ? "4" : "6") address")
        }
        guard bip.isUsable(bip.address) else {
            let first = bip.network.address.advanced(by: 1)
            throw UsageError(
                "invalid \(key) \(bip): it is the address of a network, not of the bridge in it: "
                    + "did you mean \(first)/\(bip.length)")
        }
        guard bip.length >= 1, bip.length < family.bits else {
            throw UsageError("invalid \(key) \(bip): there is no room for containers in it")
        }
    }

    private func check(
        fixed range: IPPrefix?, in bip: IPPrefix?, _ family: IPAddress.Family, _ key: String
    ) throws(UsageError) {
        guard let range else { return }
        guard range.address.family == family else {
            throw UsageError("invalid \(key) \(range): it is no IPv\(family == .v4 ? "4" : "6") range")
        }
        guard range == range.network else { throw UsageError("invalid \(key) \(range): it should be \(range.network)") }
        guard let bip else { return }
        guard bip.contains(range.address), range.length >= bip.length else {
            throw UsageError("invalid \(key) \(range): parent subnet \(bip.network) doesn't contain it")
        }
    }

    private func check(
        gateway: IPAddress?, in subnet: IPPrefix?, _ family: IPAddress.Family
    ) throws(UsageError) {
        guard let gateway else { return }
        guard gateway.family == family else {
            throw UsageError("invalid gateway \(gateway): it is no IPv\(family == .v4 ? "4" : "6") address")
        }
        if let subnet, !subnet.contains(gateway) {
            throw UsageError(
                "invalid gateway \(gateway): parent subnet \(subnet.network) doesn't contain this address")
        }
        if let own = subnet?.reservation(of: gateway) {
            throw UsageError("invalid gateway \(gateway): it is the \(own)")
        }
    }
}
