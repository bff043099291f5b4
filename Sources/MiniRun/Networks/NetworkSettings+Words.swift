import Namespaces
import NetSetup

extension NetworkSettings {
    /// Sets one key from the words of the command line; an empty word takes the setting back. Throws `UsageError`.
    public mutating func set(_ key: String, _ words: [String]) throws(UsageError) {
        let word = words.last ?? ""
        let given = word.isEmpty ? nil : word
        switch key {
        case "bridge": bridge = given
        case "bip": bip = try Self.parse(given, key, "an address with the length of its subnet: 172.19.0.1/16")
        case "bip6": bip6 = try Self.parse(given, key, "an address with the length of its subnet: fd00:1::1/64")
        case "fixed-cidr": fixedCIDR = try Self.parse(given, key, "a range: 172.19.5.0/24")
        case "fixed-cidr-v6": fixedCIDR6 = try Self.parse(given, key, "a range: fd00:1::/80")
        case "mtu":
            mtu = given == "auto" || given == "0" ? nil : try Self.parse(given, key, "a number of bytes, or auto")
        case "default-gateway": defaultGateway = try Self.parse(given, key, "an address")
        case "default-gateway-v6": defaultGateway6 = try Self.parse(given, key, "an address")
        case "dns": dns = words.filter { !$0.isEmpty }
        case "dns-search": dnsSearch = words.filter { !$0.isEmpty }
        case "dns-opts": dnsOptions = words.filter { !$0.isEmpty }
        case "icc": icc = try Self.truth(given, key)
        case "ip-masq": ipMasquerade = try Self.truth(given, key)
        case "ip": ip = try Self.parse(given, key, "an address")
        case "ipv6": ipv6 = try Self.truth(given, key)
        case "default-address-pools":
            pools = []
            for word in words where !word.isEmpty { pools.append(try Self.pool(word)) }
        default: throw UsageError("unknown key \(key.goQuoted)")
        }
    }

    private static func parse<Value: LosslessStringConvertible>(
        _ word: String?, _ key: String, _ what: String
    ) throws(UsageError) -> Value? {
        guard let word else { return nil }
        guard let value = Value(word) else { throw UsageError("invalid \(key) \(word.goQuoted): it should be \(what)") }
        return value
    }

    private static func truth(_ word: String?, _ key: String) throws(UsageError) -> Bool? {
        guard let word else { return nil }
        guard let truth = Truth.parse(word) else {
            throw UsageError("invalid \(key) \(word.goQuoted): it should be true or false")
        }
        return truth
    }

    /// `base=10.10.0.0/16,size=24`, as dockerd takes it.
    private static func pool(_ word: String) throws(UsageError) -> SubnetPools.Pool {
        var (base, size): (IPPrefix?, Int?)
        for part in word.parts(",") {
            let (key, value) = part.cut("=")
            switch key {
            case "base": base = value.flatMap { IPPrefix($0) }
            case "size": size = value.flatMap { Int($0) }
            default: throw UsageError("invalid default-address-pool \(word.goQuoted): unexpected key \(key.goQuoted)")
            }
        }
        guard let base, let size else {
            throw UsageError("invalid default-address-pool \(word.goQuoted): it should be base=10.10.0.0/16,size=24")
        }
        guard let pool = SubnetPools.Pool(base, size: size) else {
            throw UsageError("invalid default-address-pool \(word.goQuoted): size \(size) is no part of \(base)")
        }
        return pool
    }
}
