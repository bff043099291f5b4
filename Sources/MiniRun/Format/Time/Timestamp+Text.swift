extension Timestamp {
    /// What Docker prints for a moment that never was, Go's zero time.
    public static let never = "0001-01-01T00:00:00Z"

    /// `2026-11-25T02:03:04.12Z`: UTC, the fraction as long as it has to be (Go's RFC3339Nano). `inspect` prints times so.
    public var rfc3339: String { Self.text { $0.append(self) } }

    /// `2026-11-25T03:03:04.120000000+01:00`: always nine digits, so that lines stand below each other. `logs -t` prints
    /// UTC, `events` local time.
    public func fixedRFC3339(in zone: LocalZone) -> String {
        Self.text { $0.append(self, in: zone, hasFixedFraction: true) }
    }

    /// `2026-11-25 03:03:04 +0100 CET`: Go's way to print a time, in whole seconds, as `ps` shows `CreatedAt`;
    /// that of networks has a fraction.
    public func goText(in zone: LocalZone, hasFraction: Bool = false) -> String {
        Self.text { $0.appendGo(self, in: zone, hasFraction: hasFraction) }
    }

    private static func text(_ append: (inout ByteBuffer) -> Void) -> String {
        var buffer = ByteBuffer(capacity: 48)
        append(&buffer)
        return String(decoding: buffer.bytes, as: UTF8.self)
    }
}
