import Namespaces

/// Checks of names that end up in resolv.conf and the UTS namespace.
public enum DomainName {
    /// A value of `--dns-search`: `.` or a domain; throws Docker's `x is not a valid domain`.
    public static func parse(search text: String) throws(UsageError) -> String {
        let name = text.trimmed
        if name == "." { return name }
        let bare = name.hasSuffix(".") ? String(name.dropLast()) : name
        // Without a letter it would be an address, which a search list cannot hold.
        guard isDomain(bare), bare.utf8.count < 255, bare.utf8.contains(where: isLetter) else {
            throw UsageError("\(text) is not a valid domain")
        }
        return bare
    }

    /// A value of `--hostname`: a domain name (RFC 1123; `_` too, which Docker lets pass) that fits the kernel's 64 bytes.
    public static func parse(hostname text: String) throws(UsageError) -> String {
        guard isDomain(text, also: 95) else { throw UsageError("invalid hostname format for --hostname: \(text)") }
        guard text.utf8.count <= 64 else {
            throw UsageError("invalid hostname format for --hostname: \(text): the kernel takes at most 64 bytes")
        }
        return text
    }

    /// A value of `--domainname`, by the same rule.
    public static func parse(domainname text: String) throws(UsageError) -> String {
        guard isDomain(text, also: 95) || text == "(none)" else {
            throw UsageError("invalid domain name format for --domainname: \(text)")
        }
        guard text.utf8.count <= 64 else {
            throw UsageError("invalid domain name format for --domainname: \(text): the kernel takes at most 64 bytes")
        }
        return text
    }

    /// Labels of letters, digits and inner hyphens, 1 to 63 bytes each, separated by single dots.
    static func isDomain(_ name: String, also extra: UInt8? = nil) -> Bool {
        let labels = Array(name.utf8).split(separator: 46, omittingEmptySubsequences: false)
        return labels.allSatisfy { label in
            (1...63).contains(label.count) && label.first != 45 && label.last != 45
                && label.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == 45 || $0 == extra }
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte & 0xdf) }
}
