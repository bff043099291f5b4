import Namespaces
import SystemPackage

/// The IPv6 subnets that networks get by themselves: unique local addresses (RFC 4193).
public enum UniqueLocalPrefix {
    /// A /64 of fd00::/8 that is the same at every start of this machine and differs between machines and networks:
    /// 40 bits from the machine's identity, 16 from the network's name. `attempt` gives others, should one be in use.
    public static func subnet(machine: String, network: String, attempt: Int = 0) -> IPPrefix? {
        let global = StableHash.of(machine) >> 24
        let local = StableHash.of(attempt == 0 ? network : "\(network)#\(attempt)") >> 48
        return IPPrefix(IPAddress(v6: 0xfd << 56 | global << 16 | local, 0), length: 64)
    }

    /// The first such subnet that overlaps with nothing in use.
    public static func firstFree(
        machine: String, network: String, avoiding obstacles: [AddressPools.Obstacle]
    ) -> IPPrefix? {
        (0..<16).lazy.compactMap { subnet(machine: machine, network: network, attempt: $0) }
            .first { subnet in !obstacles.contains { $0.prefix.overlaps(subnet) } }
    }

    /// What tells this machine from others: /etc/machine-id, or for a machine without one the id of this boot.
    public static func machineIdentity() -> String {
        firstLine("/etc/machine-id") ?? firstLine("/proc/sys/kernel/random/boot_id") ?? ""
    }

    private static func firstLine(_ path: FilePath) -> String? {
        let line = (try? Files.text(path))?.parts("\n").first
        return line.flatMap { $0.isEmpty ? nil : $0 }
    }
}
