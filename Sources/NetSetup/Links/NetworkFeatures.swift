import CShim
import Namespaces
import SystemPackage

/// What a kernel's networks can do, found out by trying it in a network namespace that is thrown away afterwards.
public enum NetworkFeatures {
    /// Nil when the kernel has links of this kind (`vxlan`), else its reason. Nothing but the kind is said: the kernel looks
    /// for that first, and says EOPNOTSUPP where it has none; what it says of the rest, or makes, does not matter.
    public static func lack(ofLink kind: String, in namespace: NamespaceHandle) -> String? {
        do {
            let socket = try NetlinkSocket(.route, in: namespace.descriptor)
            try socket.request(
                NetlinkMessage("create a \(kind)", type: RTM_NEWLINK, flags: [.create, .exclusive]) { message in
                    message.putHeader(ifinfomsg())
                    message.put(IFLA_IFNAME, "probe-\(kind)")
                    message.nest(IFLA_LINKINFO) { $0.put(IFLA_INFO_KIND, kind) }
                })
            return nil
        } catch {
            let unknown: [Errno] = [.notSupportedOnSocket, .protocolNotSupported, .addressFamilyNotSupported]
            return unknown.contains(error.errno) ? KernelError.words(error.errno) : nil
        }
    }

    /// Nil when nf_tables is there, else the kernel's reason.
    public static func lackOfNftables(in namespace: NamespaceHandle) -> String? {
        do {
            _ = try NetlinkSocket(.netfilter, in: namespace.descriptor).hasFirewallTable()
            return nil
        } catch { return KernelError.words(error.errno) }
    }

    /// Nil when the kernel takes minirun's whole table (the socket expression, sets with concatenations, NAT in the family
    /// inet), else its reason.
    public static func lackOfFirewall(in namespace: NamespaceHandle) -> String? {
        do {
            try NetlinkSocket(.netfilter, in: namespace.descriptor).request(FirewallTable.messages)
            return nil
        } catch { return KernelError.words(error.errno) }
    }
}
