import Namespaces
import NetSetup
import SystemPackage

extension NetworkSettings {
    /// The settings of a file; what goes without saying when there is none, for the cost of one failing open(2). Throws
    /// `UsageError` that names file and key.
    public static func read(_ path: FilePath) throws -> NetworkSettings {
        guard let json = try content(of: path) else { return NetworkSettings() }
        return try read(json, from: path)
    }

    /// The object in the file; nil when there is no file.
    static func content(of path: FilePath) throws -> JSONValue? {
        guard let bytes = try StateFile.read(path) else { return nil }
        do { return try JSONValue(parsing: bytes) } catch { throw UsageError("\(path): \(error)") }
    }

    private static func read(_ json: JSONValue, from path: FilePath) throws(UsageError) -> NetworkSettings {
        do {
            let settings = try NetworkSettings(json: json)
            try settings.check()
            return settings
        } catch let error as JSONError {
            throw UsageError("\(path): \(error)")
        } catch {
            throw UsageError("\(path): \(error)")
        }
    }

    init(json: JSONValue) throws {
        guard case .object(let members) = json else { throw JSONError("is no object") }
        for member in members where !Self.keys.contains(member.key) && !Self.foreignKeys.contains(member.key) {
            throw UsageError(
                "unknown key \(member.key.goQuoted)"
                    + (Self.resembling(member.key).map { " (did you mean \($0.goQuoted)?)" } ?? ""))
        }
        bridge = try json.string(ifPresent: "bridge").flatMap { $0.isEmpty ? nil : $0 }
        bip = try json.parsed(ifNotEmpty: "bip")
        bip6 = try json.parsed(ifNotEmpty: "bip6")
        fixedCIDR = try json.parsed(ifNotEmpty: "fixed-cidr")
        fixedCIDR6 = try json.parsed(ifNotEmpty: "fixed-cidr-v6")
        // Docker's 0 is no size.
        mtu = try json.integer(ifPresent: "mtu").flatMap { $0 == 0 ? nil : $0 }
        defaultGateway = try json.parsed(ifNotEmpty: "default-gateway")
        defaultGateway6 = try json.parsed(ifNotEmpty: "default-gateway-v6")
        dns = try json.strings("dns")
        dnsSearch = try json.strings("dns-search")
        dnsOptions = try json.strings("dns-opts")
        icc = try json.bool(ifPresent: "icc")
        ipMasquerade = try json.bool(ifPresent: "ip-masq")
        ip = try json.parsed(ifNotEmpty: "ip")
        ipv6 = try json.bool(ifPresent: "ipv6")
        pools = try json.list("default-address-pools") { (value) throws(JSONError) in
            let base: IPPrefix = try value.parsed("base")
            guard let pool = SubnetPools.Pool(base, size: try value.integer("size")) else {
                throw JSONError("is no length of a part of \(base)", path: "size")
            }
            return pool
        }
    }

    /// The settings as members; nil for what was not said.
    var members: [(key: String, value: JSONValue?)] {
        func list(_ values: [String]) -> JSONValue? { values.isEmpty ? nil : .strings(values) }
        return [
            ("bridge", .text(bridge)), ("bip", .text(bip)), ("bip6", .text(bip6)), ("fixed-cidr", .text(fixedCIDR)),
            ("fixed-cidr-v6", .text(fixedCIDR6)), ("mtu", mtu.map { .integer(Int64($0)) }),
            ("default-gateway", .text(defaultGateway)), ("default-gateway-v6", .text(defaultGateway6)),
            ("dns", list(dns)), ("dns-search", list(dnsSearch)), ("dns-opts", list(dnsOptions)),
            ("icc", icc.map { .bool($0) }), ("ip-masq", ipMasquerade.map { .bool($0) }), ("ip", .text(ip)),
            ("ipv6", ipv6.map { .bool($0) }),
            (
                "default-address-pools",
                pools.isEmpty
                    ? nil
                    : .array(pools.map { ["base": .string("\($0.base)"), "size": .integer(Int64($0.size))] })
            ),
        ]
    }

    /// Writes the settings into a file, and leaves everything in it that they do not say. Throws `KernelError`.
    public func write(to path: FilePath) throws {
        var members: [JSONValue.Member] = []
        if case .object(let existing)? = try Self.content(of: path) {
            members = existing.filter { !Self.keys.contains($0.key) }
        }
        members += self.members.compactMap { key, value in value.map { JSONValue.Member(key, $0) } }
        try Files.makeDirectory(path.removingLastComponent())
        try Files.write(JSONValue.object(members).pretty + "\n", to: path)
    }

    /// The keys that mean something here.
    static let keys = Set(NetworkSettings().members.map(\.key))

    /// The keys of Docker's daemon.json that are about other things: whoever copies that file here need not clean it up.
    private static let foreignKeys: Set<String> = [
        "allow-direct-routing", "allow-nondistributable-artifacts", "api-cors-header", "authorization-plugins",
        "bridge-accept-fwmark", "builder", "cgroup-parent", "cluster-advertise", "cluster-store", "cluster-store-opts",
        "containerd", "containerd-namespace", "containerd-plugin-namespace", "cpu-rt-period", "cpu-rt-runtime",
        "cri-containerd", "data-root", "debug", "default-cgroupns-mode", "default-ipc-mode", "default-network-opts",
        "default-runtime", "default-shm-size", "default-ulimits", "exec-opts", "exec-root", "experimental", "features",
        "firewall-backend", "graph", "group", "host-gateway-ip", "host-gateway-ips", "hosts", "http-proxy",
        "https-proxy", "init", "init-path", "insecure-registries", "ip-forward", "ip-forward-no-drop", "ip6tables",
        "iptables",
        "labels", "live-restore", "log-driver", "log-format", "log-level", "log-opts", "max-concurrent-downloads",
        "max-concurrent-uploads", "max-download-attempts", "metrics-addr", "min-api-version",
        "network-control-plane-mtu",
        "network-diagnostic-port", "no-new-privileges", "no-proxy", "node-generic-resources", "oom-score-adjust",
        "pidfile", "proxies", "raw-logs", "registry-mirrors", "rootless", "runtimes", "seccomp-profile",
        "selinux-enabled", "shutdown-timeout", "storage-driver", "storage-opts", "swarm-default-advertise-addr", "tls",
        "tlscacert", "tlscert", "tlskey", "tlsverify", "userland-proxy", "userland-proxy-path", "userns-remap",
        "validate",
    ]

    /// The key that was probably meant: with the fewest changes, at most two, and of the same length if possible.
    private static func resembling(_ word: String) -> String? {
        keys.filter { distance($0, word) <= 2 }.min { one, other in
            func merit(_ key: String) -> (Int, Int, String) {
                (distance(key, word), abs(key.utf8.count - word.utf8.count), key)
            }
            return merit(one) < merit(other)
        }
    }

    /// How many letters have to be changed, added or left out to make one word of the other (Levenshtein).
    private static func distance(_ one: String, _ other: String) -> Int {
        let (one, other) = (Array(one.utf8), Array(other.utf8))
        var row = Array(0...other.count)
        for (line, letter) in one.enumerated() {
            var corner = row[0]
            row[0] = line + 1
            for (column, counterpart) in other.enumerated() {
                let changed = corner + (letter == counterpart ? 0 : 1)
                corner = row[column + 1]
                row[column + 1] = min(changed, row[column] + 1, corner + 1)
            }
        }
        return row[other.count]
    }
}

extension JSONValue {
    /// A value with a text form; nil also for an empty text, which Docker takes for none.
    fileprivate func parsed<Value: LosslessStringConvertible & SendableMetatype>(
        ifNotEmpty key: String
    ) throws(JSONError) -> Value? {
        try string(ifPresent: key)?.isEmpty == true ? nil : try parsed(ifPresent: key)
    }
}
