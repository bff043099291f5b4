/// The veth pair whose two ends are both on the host, and the addresses that belong to it.
///
/// A packet of a host process meets the output hook, where nftables cannot ask which socket holds the port. So it is sent
/// to a guard address: out by `lo0`, in again by `lo1`, as if from outside, where the reservation can be looked up. A dead
/// supervisor therefore misleads nobody, host processes neither: its port belongs to whoever binds it, and a server on
/// all addresses answers from 127.0.0.1 because the route back says so.
public enum LoopPair {
    /// The end by which packets of host processes leave.
    public static let outward = "minirun-lo0"
    /// The end by which they come back.
    public static let inward = "minirun-lo1"
    /// The packet size of both, in bytes: what the kernel gives a veth.
    public static let mtu = 1500
    /// SO_MARK of every port reservation: "mini".
    public static let mark: UInt32 = 0x6d69_6e69

    /// Where the guard addresses lie: routed by `outward`.
    static let guards4 = IPAddress(v4: 0xa9fe_4d00)
    static let guards6 = IPAddress(v6: 0xfd6d_696e_0069_0000, 0)
    /// The source of their packets on that way: routed by `inward`, so that a strict rp_filter is content.
    static let source4 = IPAddress(v4: 0xa9fe_4d81)
    static let source6 = IPAddress(v6: 0xfd6d_696e_0069_0000, 0x8001)

    /// Whether it is one of the guard addresses, which nobody publishes a port on.
    public static func isGuard(_ address: IPAddress) -> Bool {
        let first = address.family == .v4 ? guards4 : guards6
        return (1...126).contains(address.offset(from: first) ?? 0)
    }

    /// The guard address of the ports that are published on all addresses.
    static func wildcardGuard(_ family: IPAddress.Family) -> IPAddress {
        (family == .v4 ? guards4 : guards6).advanced(by: 1)
    }

    /// The guard addresses of a family, in the order in which they are tried. The first serves all wildcard ports; the
    /// others tell apart ports of the same number that are published on different addresses.
    static func guardAddresses(_ family: IPAddress.Family) -> some Sequence<IPAddress> {
        (UInt64(1)...126).lazy.map { (family == .v4 ? guards4 : guards6).advanced(by: $0) }
    }
}
