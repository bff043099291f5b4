import Namespaces
import NetSetup

/// Options whose whole value is one address, number or path.
public enum ScalarOptions {
    /// `-w`: absolute, cleaned; throws Docker's `the working directory 'x' is invalid, …`.
    public static func workingDirectory(_ text: String) throws(UsageError) -> String {
        guard text.begins(with: "/"), !text.utf8.contains(0) else {
            throw UsageError("the working directory '\(text)' is invalid, it needs to be an absolute path")
        }
        return CleanPath.of(text)
    }

    /// `--mac-address`: throws Docker's `x is not a valid mac address`; a group address cannot be an interface's own.
    public static func macAddress(_ text: String) throws(UsageError) -> MACAddress {
        guard let address = MACAddress(text.trimmed), !address.isMulticast, address.bytes.contains(where: { $0 != 0 })
        else { throw UsageError("\(text) is not a valid mac address") }
        return address
    }

    /// `--ip`: an IPv4 address; throws Docker's `invalid argument "x" for "--ip" flag: failed to parse IP: "x"`.
    public static func ip(_ text: String) throws(UsageError) -> IPAddress {
        try address(text, family: .v4, flag: "--ip")
    }

    /// `--ip6`: an IPv6 address, likewise.
    public static func ip6(_ text: String) throws(UsageError) -> IPAddress {
        try address(text, family: .v6, flag: "--ip6")
    }

    /// `--mtu`: 68 (RFC 791) to 65535 bytes, the range that a veth takes; `auto` and nothing are nil.
    public static func mtu(_ text: String) throws(UsageError) -> Int? {
        if text.isEmpty || text == "auto" { return nil }
        guard let mtu = Int(text), (68...65535).contains(mtu) else {
            throw UsageError("invalid MTU: \(text): a link takes 68 to 65535 bytes")
        }
        return mtu
    }

    /// A whole number; throws Docker's `invalid argument "x" for "--flag" flag: strconv.ParseInt: …`.
    public static func integer(_ text: String, of flag: String) throws(UsageError) -> Int {
        guard let number = Int(text) else {
            throw UsageError(
                "invalid argument \(text.goQuoted) for \"\(flag)\" flag: strconv.ParseInt: parsing \(text.goQuoted): "
                    + "invalid syntax")
        }
        return number
    }

    /// What Go's `strconv.ParseBool` accepts; throws its words.
    public static func boolean(_ text: String, of flag: String) throws(UsageError) -> Bool {
        guard let truth = Truth.parse(text) else {
            throw UsageError(
                "invalid argument \(text.goQuoted) for \"\(flag)\" flag: strconv.ParseBool: parsing \(text.goQuoted): "
                    + "invalid syntax")
        }
        return truth
    }

    private static func address(_ text: String, family: IPAddress.Family, flag: String) throws(UsageError) -> IPAddress
    {
        guard !text.utf8.contains(0), let address = IPAddress(text.trimmed), address.family == family else {
            throw UsageError(
                "invalid argument \(text.goQuoted) for \"\(flag)\" flag: failed to parse IP: \(text.goQuoted)")
        }
        return address
    }
}

/// Go's `path.Clean`: the shortest path that names the same thing, by text alone.
enum CleanPath {
    static func of(_ path: String) -> String {
        let isAbsolute = path.begins(with: "/")
        var kept: [String] = []
        for part in path.parts("/") where !part.isEmpty && part != "." {
            if part != ".." {
                kept.append(part)
            } else if let last = kept.last, last != ".." {
                kept.removeLast()
            } else if !isAbsolute {
                kept.append(part)
            }
        }
        let joined = kept.joined(separator: "/")
        return isAbsolute ? "/" + joined : joined.isEmpty ? "." : joined
    }
}
