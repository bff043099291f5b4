import Namespaces

/// Router advertisements (RFC 4861, section 4.2), by which any neighbour may name itself the way to everywhere.
///
/// A kernel that does not forward believes them by default, also on an interface without a link-local address. A network
/// of minirun's gets its routes from minirun, so an advertisement there comes from a container that wants to read the
/// others' traffic, or the host's.
public enum RouterAdvertisements {
    /// The setting of one interface, or with `default` of all that are made afterwards in this network namespace: a
    /// container's own is set there before it has an interface.
    public static func setting(of interface: String = "default") -> Sysctl {
        Sysctl("net/ipv6/conf/\(interface)/accept_ra")
    }

    /// The value that refuses them.
    public static let refused = "0"

    /// Refuses them on an interface of this process's network namespace, before it comes up.
    ///
    /// A host whose /proc/sys cannot be written, or whose kernel lacks the setting, keeps what it has: it is not for
    /// the sake of IPv4 that a start should fail there.
    static func refuse(on interface: String) {
        let setting = setting(of: interface)
        guard let value = try? setting.value(), value != refused else { return }
        try? setting.set(refused)
    }

    /// The same as a line of shell.
    static func shell(on interface: String) -> String {
        "echo \(refused) 2>/dev/null >\(setting(of: interface).file.shellQuoted) || :"
    }
}
