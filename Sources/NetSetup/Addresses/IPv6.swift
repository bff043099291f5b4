import CShim
import Namespaces

/// The kernel's IPv6.
public enum IPv6 {
    /// The smallest packet size that a link must carry to have IPv6 (RFC 8200, section 5), in bytes.
    public static let minimumMTU = 1280

    /// Whether a link of this packet size knows IPv6: the kernel may have been started with `ipv6.disable=1`.
    public static func isPresent(mtu: Int) -> Bool { mtu >= minimumMTU && access("/proc/sys/net/ipv6", F_OK) == 0 }

    /// Whether new interfaces of this network namespace get IPv6.
    public static var isEnabled: Bool {
        ["all", "default"].allSatisfy { (try? Sysctl("net/ipv6/conf/\($0)/disable_ipv6").value()) == "0" }
    }
}
