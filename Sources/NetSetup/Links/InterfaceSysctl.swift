import Namespaces

/// A setting of the interface inside, wished for before anybody knows the interface's name:
/// `net.ipv4.conf.IFNAME.log_martians=1`.
public struct InterfaceSysctl: Sendable, Hashable {
    /// `ipv4`, `ipv6` or `mpls`.
    private let family: String
    /// `conf` or `neigh`.
    private let kind: String
    /// `log_martians`.
    private let name: String
    /// What is written.
    public let value: String

    /// Parses a wish; as with Docker, `ifname` will do. Throws Docker's sentence.
    public init(parsing text: String) throws(UsageError) {
        let (key, value) = text.cut("=")
        let parts = key.parts(".")
        guard let value, !value.isEmpty, parts.count == 5, parts[0] == "net",
            ["ipv4", "ipv6", "mpls"].contains(parts[1]), ["IFNAME", "ifname"].contains(parts[3]),
            Self.isFileName(parts[2]), Self.isFileName(parts[4])
        else {
            throw UsageError(
                "unrecognised network interface sysctl '\(text)'; represent 'net.X.Y.ethN.Z=V' as "
                    + "'net.X.Y.IFNAME.Z=V', 'X' must be 'ipv4', 'ipv6' or 'mpls'")
        }
        (family, kind, name) = (parts[1], parts[2], parts[4])
        self.value = value
    }

    /// A slash would lead out of /proc/sys/net.
    private static func isFileName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            }
    }

    /// The setting of this interface.
    public func sysctl(of interface: String) -> Sysctl { Sysctl("net/\(family)/\(kind)/\(interface)/\(name)") }
}
