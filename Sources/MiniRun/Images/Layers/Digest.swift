import Namespaces

/// The name of some bytes by what they are: `sha256:` and 64 hexadecimal digits (OCI image specification, descriptors).
public struct Digest: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// 32 bytes.
    public let bytes: [UInt8]

    /// Takes the 32 bytes of a SHA-256.
    init(bytes: [UInt8]) {
        precondition(bytes.count == Self.length, "a SHA-256 has 32 bytes")
        self.bytes = bytes
    }

    /// Reads `sha256:HEX`. The digits are lower-case, as the specification has them: two spellings of one digest would be two
    /// files. Throws ``DigestError``.
    public init(parsing text: String) throws(DigestError) {
        guard text.utf8.starts(with: Self.prefix.utf8) else { throw DigestError(text: text) }
        try self.init(hex: text.utf8.dropFirst(Self.prefix.utf8.count), of: text)
    }

    /// Reads the 64 digits alone, as `docker save` names its files. Throws ``DigestError``.
    public init(hex: String) throws(DigestError) { try self.init(hex: hex.utf8[...], of: hex) }

    private init(hex: Substring.UTF8View, of text: String) throws(DigestError) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.length)
        var high: UInt8?
        for digit in hex {
            guard let value = Self.value(of: digit), bytes.count < Self.length else { throw DigestError(text: text) }
            if let half = high {
                bytes.append(half << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        guard high == nil, bytes.count == Self.length else { throw DigestError(text: text) }
        self.bytes = bytes
    }

    /// The digest of bytes that are in memory.
    public static func of(_ bytes: some Sequence<UInt8>) -> Digest {
        var hasher = SHA256()
        Array(bytes).withUnsafeBytes { hasher.update($0) }
        return hasher.finish()
    }

    /// The 64 digits.
    public var hex: String {
        String(unsafeUninitializedCapacity: Self.length * 2) { text in
            for (index, byte) in bytes.enumerated() {
                text[2 * index] = Self.digit(byte >> 4)
                text[2 * index + 1] = Self.digit(byte & 15)
            }
            return Self.length * 2
        }
    }

    /// `sha256:HEX`.
    public var description: String { Self.prefix + hex }

    /// In the order of the text.
    public static func < (left: Digest, right: Digest) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }

    private static let prefix = "sha256:"
    private static let length = 32

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 97...102: digit - 87
        default: nil
        }
    }
}

/// A text that names no digest.
public struct DigestError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was given.
    public let text: String

    /// Docker's sentence, and what one looks like.
    public var description: String {
        "invalid checksum digest format: \(text.goQuoted) (sha256: and 64 hexadecimal digits in lower case)"
    }
}
