import Namespaces
import NetSetup

/// The name of an image as Docker reads it: `nginx`, `host:5000/a/b:tag`, `a/b@sha256:...` (distribution/reference).
///
///     reference := [domain "/"] path [":" tag] ["@" digest]
public struct ImageReference: Sendable, Hashable, CustomStringConvertible {
    /// `docker.io`, `host:5000`.
    public let domain: String
    /// `library/nginx`.
    public let path: String
    /// `latest`, unless there is a digest and no tag.
    public let tag: String?
    /// The digest of the manifest that is meant.
    public let digest: Digest?

    /// The domain of names without one.
    static let usualDomain = "docker.io"

    /// Reads a name. Throws `UsageError` with Docker's `invalid reference format`.
    public init(parsing text: String) throws(UsageError) {
        let (named, pinned) = text.cut("@")
        var digest: Digest?
        if let pinned {
            do { digest = try Digest(parsing: pinned) } catch { throw Self.refusal }
        }
        var name = named
        var tag: String?
        // A colon behind the last slash begins the tag; one before it, a port.
        if let colon = named.utf8.lastIndex(of: UInt8(ascii: ":")), !named[colon...].contains("/") {
            name = String(named[..<colon])
            tag = String(named[named.utf8.index(after: colon)...])
            guard Self.isTag(tag ?? "") else { throw Self.refusal }
        }
        let (first, rest) = name.cut("/")
        let hasDomain =
            rest != nil
            && (first.contains(".") || first.contains(":") || first == "localhost" || first != first.lowercased())
        let domain = hasDomain ? first : Self.usualDomain
        var path = hasDomain ? rest ?? "" : name
        guard path == path.lowercased() else {
            let whole = domain == Self.usualDomain && !path.contains("/") ? "library/\(path)" : path
            throw UsageError("invalid reference format: repository name (\(whole)) must be lowercase")
        }
        guard !path.isEmpty, name.utf8.count <= 255, path.parts("/").allSatisfy(Self.isComponent),
            !hasDomain || Self.isDomain(domain)
        else { throw Self.refusal }
        if domain == Self.usualDomain, !path.contains("/") { path = "library/\(path)" }
        self.domain = domain
        self.path = path
        self.tag = tag ?? (digest == nil ? "latest" : nil)
        self.digest = digest
    }

    private static let refusal = UsageError("invalid reference format")

    /// The repository as people write it: without `docker.io/library/`.
    public var repository: String {
        guard domain == Self.usualDomain else { return "\(domain)/\(path)" }
        return path.hasPrefix("library/") ? String(path.dropFirst(8)) : path
    }

    /// As people write it, with its tag and digest.
    public var description: String {
        repository + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
    }

    /// With the domain, as registries and skopeo know it. A tag beside a digest says nothing to them.
    public var full: String { "\(domain)/\(path)" + (digest.map { "@\($0)" } ?? tag.map { ":\($0)" } ?? "") }

    // MARK: Grammar

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (48...57).contains(byte)
    }

    /// `[a-z0-9]+` with single `.`, `_`, `__` or any number of `-` in between.
    private static func isComponent(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last, isAlphanumeric(first), isAlphanumeric(last) else {
            return false
        }
        return text.utf8.split(whereSeparator: isAlphanumeric).allSatisfy { separator in
            separator.allSatisfy { $0 == UInt8(ascii: "-") }
                || ["_", "__", "."].contains(String(decoding: Array(separator), as: UTF8.self))
        }
    }

    /// `[\w][\w.-]{0,127}`.
    static func isTag(_ text: String) -> Bool {
        func isWord(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || (65...90).contains(byte) || byte == 95 }
        guard let first = text.utf8.first, isWord(first), text.utf8.count <= 128 else { return false }
        return text.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    }

    /// Host names, addresses and a port.
    private static func isDomain(_ text: String) -> Bool {
        var host = text
        if let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")), !text.hasSuffix("]") {
            guard let port = UInt16(text[text.utf8.index(after: colon)...]), port > 0 else { return false }
            host = String(text[..<colon])
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            return host.utf8.dropFirst().dropLast().allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: ":") }
        }
        return host.parts(".").allSatisfy { label in
            !label.isEmpty && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.lowercased().utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        }
    }

    /// Throws Docker's sentence for a name by digest, which nobody gives away but who has the image by it.
    func checkIsTag() throws(UsageError) {
        guard digest == nil else { throw UsageError("refusing to create a tag with a digest reference") }
    }

    /// Whether its registry is this host's own, which as with Docker needs no certificate.
    var isLocal: Bool {
        let host = domain.hasPrefix("[") ? domain : String(domain.prefix { $0 != ":" })
        return host == "localhost" || host.hasPrefix("[::1]") || IPAddress(host)?.isLoopback == true
    }
}
