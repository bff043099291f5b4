import CShim

/// One of the pieces that root's power is split into; see capabilities(7).
///
/// The raw value is the kernel's number (`linux/capability.h`); names come from libcap, so that a newer library knows
/// newer capabilities without a change here.
public struct Capability: RawRepresentable, Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The kernel's number, 0 to 63.
    public let rawValue: UInt8

    /// The capability with this number; nil above 63, which no kernel mask can hold.
    public init?(rawValue: UInt8) {
        guard rawValue < 64 else { return nil }
        self.rawValue = rawValue
    }

    private init(_ number: CInt) { rawValue = UInt8(truncatingIfNeeded: number) }

    /// Reads `NET_ADMIN`, `CAP_NET_ADMIN` or either in small letters; nil when libcap knows no such name.
    public init?(name: String) {
        // libcap also takes bare numbers, which Docker does not.
        guard let first = name.unicodeScalars.first, first.properties.isAlphabetic else { return nil }
        let prefixed = name.lowercased().hasPrefix("cap_") ? name : "CAP_" + name
        var number: cap_value_t = 0
        guard cap_from_name(prefixed, &number) == 0, (0..<64).contains(number) else { return nil }
        self.init(number)
    }

    /// The kernel's name in capitals: `CAP_NET_ADMIN`.
    public var name: String {
        guard let text = cap_to_name(cap_value_t(rawValue)) else { return "CAP_\(rawValue)" }
        defer { cap_free(text) }
        return String(cString: text).uppercased()
    }

    /// The kernel's name.
    public var description: String { name }

    /// By the kernel's number.
    public static func < (left: Capability, right: Capability) -> Bool { left.rawValue < right.rawValue }

    /// Change the owner of any file.
    public static let chown = Capability(CAP_CHOWN)
    /// Pass over permission bits.
    public static let dacOverride = Capability(CAP_DAC_OVERRIDE)
    /// Keep set-user-ID bits when a file changes.
    public static let fsetid = Capability(CAP_FSETID)
    /// Act as the owner of any file.
    public static let fowner = Capability(CAP_FOWNER)
    /// Make device files.
    public static let mknod = Capability(CAP_MKNOD)
    /// Open raw and packet sockets (`ping`, `tcpdump`).
    public static let netRaw = Capability(CAP_NET_RAW)
    /// Take another group id.
    public static let setgid = Capability(CAP_SETGID)
    /// Take another user id.
    public static let setuid = Capability(CAP_SETUID)
    /// Give capabilities to a file.
    public static let setfcap = Capability(CAP_SETFCAP)
    /// Move capabilities between the process's own sets.
    public static let setpcap = Capability(CAP_SETPCAP)
    /// Bind ports below `net.ipv4.ip_unprivileged_port_start`.
    public static let netBindService = Capability(CAP_NET_BIND_SERVICE)
    /// Call chroot(2).
    public static let sysChroot = Capability(CAP_SYS_CHROOT)
    /// Signal any process.
    public static let kill = Capability(CAP_KILL)
    /// Write to the audit log.
    public static let auditWrite = Capability(CAP_AUDIT_WRITE)
    /// Configure interfaces, routes and firewalls.
    public static let netAdmin = Capability(CAP_NET_ADMIN)
    /// Mount, set hostnames, enter namespaces, and much more.
    public static let sysAdmin = Capability(CAP_SYS_ADMIN)
}
