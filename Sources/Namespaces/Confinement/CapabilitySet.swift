import CShim

/// Capabilities as the kernel keeps them: a mask of 64 bits.
public struct CapabilitySet: OptionSet, Sendable, Hashable, CustomStringConvertible {
    /// Bit n is the capability with number n.
    public let rawValue: UInt64

    /// Takes the kernel's mask.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The set of these capabilities.
    public init(_ members: some Sequence<Capability>) {
        rawValue = members.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
    }

    /// What Docker gives a container that asks for nothing (moby/profiles, `caps/defaults.go`).
    public static let standard = CapabilitySet([
        .chown, .dacOverride, .fsetid, .fowner, .mknod, .netRaw, .setgid, .setuid, .setfcap, .setpcap, .netBindService,
        .sysChroot, .kill, .auditWrite,
    ])

    /// Every capability that this kernel has and that the calling process may still gain.
    ///
    /// Inside a new user namespace the kernel starts from its full set; without one, nothing beyond this can be had.
    public static var available: CapabilitySet { CapabilitySet(rawValue: minirun_capability_bounding_set()) }

    /// Every capability that this kernel has: what the first process of a new user namespace starts with.
    public static var known: CapabilitySet {
        let count = UInt64(min(63, max(0, cap_max_bits())))
        return CapabilitySet(rawValue: 1 << count - 1)
    }

    /// The members, lowest number first.
    public var members: [Capability] {
        (0..<64).lazy.filter { rawValue & 1 << UInt64($0) != 0 }.compactMap(Capability.init(rawValue:))
    }

    /// Whether this capability is a member.
    public func holds(_ capability: Capability) -> Bool { rawValue & 1 << UInt64(capability.rawValue) != 0 }

    /// The names in the kernel's order, as an OCI `config.json` lists them.
    public var names: [String] { members.map(\.name) }

    /// Names joined by commas, as `capsh` and `setpriv` write them: `cap_chown,cap_kill`; `none` when there are none.
    public var description: String {
        isEmpty ? "none" : members.map { $0.name.lowercased() }.joined(separator: ",")
    }
}

extension CapabilitySet {
    /// `standard` as changed by `--cap-add` and `--cap-drop`, by Docker's rules (moby, `oci/caps/utils.go`):
    /// adding ALL starts from everything, dropping ALL leaves only what is added; else drops come first, then additions.
    ///
    /// `all` is what ALL stands for: `known` in a new user namespace, `available` without one. Throws `UsageError` for a
    /// name that is none, in Docker's words.
    public static func adjusted(
        adding added: [String], dropping dropped: [String], all: CapabilitySet = .known
    ) throws(UsageError) -> CapabilitySet {
        let (plus, addAll) = try parse(added, "CapAdd")
        let (minus, dropAll) = try parse(dropped, "CapDrop")
        if addAll { return all.subtracting(minus) }
        if dropAll { return plus }
        return standard.intersection(all).subtracting(minus).union(plus)
    }

    private static func parse(_ names: [String], _ field: String) throws(UsageError) -> (CapabilitySet, all: Bool) {
        var set: CapabilitySet = []
        var all = false
        for name in names {
            if name.uppercased() == "ALL" {
                all = true
                continue
            }
            guard let capability = Capability(name: name) else {
                // Docker quotes the name as the kernel would spell it.
                let upper = name.uppercased()
                let spelt = upper.hasPrefix("CAP_") ? upper : "CAP_" + upper
                throw UsageError("invalid \(field): unknown capability: \(spelt.goQuoted)")
            }
            set.formUnion(CapabilitySet([capability]))
        }
        return (set, all)
    }
}

/// The five sets of a process, as the OCI runtime specification lists them.
public struct ProcessCapabilities: Sendable, Hashable {
    /// What the process and its descendants may ever gain.
    public var bounding: CapabilitySet
    /// What it may switch on.
    public var permitted: CapabilitySet
    /// What counts when the kernel checks.
    public var effective: CapabilitySet
    /// What survives exec of a file that has it in its own inheritable set; Docker leaves it empty (CVE-2022-24769).
    public var inheritable: CapabilitySet
    /// What survives exec without a set-user-ID or file capability.
    public var ambient: CapabilitySet

    /// Root of the container has all of `granted`; any other user has none but may gain them from files, as with Docker.
    public init(granted: CapabilitySet, uid: UInt32) {
        bounding = granted
        permitted = uid == 0 ? granted : []
        effective = permitted
        inheritable = []
        ambient = []
    }
}
