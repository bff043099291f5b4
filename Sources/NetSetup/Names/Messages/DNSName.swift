/// A domain name as DNS carries it (RFC 1035, section 3.1): labels of 1 to 63 bytes, 255 bytes with their lengths.
///
/// A label may hold any bytes: host names are ASCII, but the names of containers may be any UTF-8. Two names are the same
/// when they differ in the case of ASCII letters only (RFC 4343); `==` compares the spelling.
public struct DNSName: Sendable, Hashable, CustomStringConvertible {
    /// The labels, each behind its length, and the zero of the root.
    public let wire: [UInt8]

    /// The root, `.`.
    public static let root = DNSName(unchecked: [0])

    init(unchecked wire: [UInt8]) { self.wire = wire }

    /// From text, its labels separated by single dots; the dot at the end may be missing. Nil for an empty label, a label of
    /// more than 63 bytes, or a name that is too long. A backslash is a character like any other.
    public init?(_ text: String) {
        var wire: [UInt8] = []
        if text != "." && !text.isEmpty {
            let bytes = Array(text.utf8)
            for label in (bytes.last == 46 ? bytes.dropLast() : bytes[...]).split(
                separator: 46, omittingEmptySubsequences: false)
            {
                guard (1...63).contains(label.count) else { return nil }
                wire.append(UInt8(label.count))
                wire += label
            }
        }
        wire.append(0)
        guard wire.count <= 255 else { return nil }
        self.wire = wire
    }

    /// The labels' bytes, from left to right.
    public var labels: [ArraySlice<UInt8>] {
        var labels: [ArraySlice<UInt8>] = []
        var offset = 0
        while wire[offset] != 0 {
            let end = offset + 1 + Int(wire[offset])
            labels.append(wire[offset + 1..<end])
            offset = end
        }
        return labels
    }

    /// Whether both are the same name, whatever the case of their ASCII letters. A length is below 64 and no letter, so the
    /// whole may be compared at once.
    public func isSame(as other: DNSName) -> Bool {
        wire.count == other.wire.count && zip(wire, other.wire).allSatisfy { $0 == $1 || $0.lowered == $1.lowered }
    }

    /// The name as it is looked up among containers: lower-cased, with dots and without the last one. Nil for the root and
    /// for what cannot be a container's name: bytes that are no UTF-8, dots and slashes within a label.
    public var key: String? {
        var text: [UInt8] = []
        for label in labels {
            guard !label.contains(where: { $0 == 46 || $0 == 47 || $0 == 0 }) else { return nil }
            if !text.isEmpty { text.append(46) }
            text += label
        }
        guard !text.isEmpty else { return nil }
        if text.allSatisfy({ $0 < 0x80 }) { return String(decoding: text.map(\.lowered), as: UTF8.self) }
        return String(validating: text, as: UTF8.self)?.lowercased()
    }

    /// As `dig` writes it: with the last dot, and what is not printable as `\DDD` (RFC 1035, section 5.1).
    public var description: String {
        let texts = labels.map { label in
            label.map { byte in
                switch byte {
                case 46, 92: "\\" + String(UnicodeScalar(byte))
                case 33...126: String(UnicodeScalar(byte))
                default: "\\" + String(1000 + Int(byte)).dropFirst()
                }
            }.joined()
        }
        return texts.isEmpty ? "." : texts.map { $0 + "." }.joined()
    }
}

extension UInt8 {
    /// Without the difference between ASCII capitals and small letters.
    var lowered: UInt8 { (65...90).contains(self) ? self | 0x20 : self }
}
