import Namespaces

/// `--detach-keys`: what is typed to let go of a container's terminal; `ctrl-p,ctrl-q` unless said otherwise.
public struct DetachKeys: Sendable, Equatable {
    /// The bytes, in order; none switches it off.
    let bytes: [UInt8]

    /// Docker's.
    public static let standard = DetachKeys(bytes: [0x10, 0x11])

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// Parses a list of characters and `ctrl-X` with X one of a-z, @, [, \, ], ^ and _. Throws `UsageError`.
    public init(parsing text: String) throws(UsageError) {
        var bytes: [UInt8] = []
        for key in text.isEmpty ? [] : text.parts(",") {
            guard let byte = Self.byte(key) else {
                throw UsageError("invalid detach keys (\(text)): unknown character '\(key)'")
            }
            bytes.append(byte)
        }
        self.bytes = bytes
    }

    private static func byte(_ key: String) -> UInt8? {
        let ascii = Array(key.utf8)
        if ascii.count == 1 { return ascii[0] }
        guard key.hasPrefix("ctrl-"), ascii.count == 6 else { return nil }
        switch ascii[5] {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): return ascii[5] - UInt8(ascii: "a") + 1
        case UInt8(ascii: "@"): return 0
        case UInt8(ascii: "[")...UInt8(ascii: "_"): return ascii[5] - UInt8(ascii: "@")
        default: return nil
        }
    }

    /// Looks for the keys in what is typed.
    func matcher() -> Matcher { Matcher(keys: bytes) }

    /// The keys that were typed so far: held back, for they may be the beginning.
    struct Matcher {
        let keys: [UInt8]
        private var matched = 0

        init(keys: [UInt8]) { self.keys = keys }

        /// What of the typed bytes is to be passed on now, and whether the keys were complete; what follows them is dropped.
        mutating func take(_ typed: ArraySlice<UInt8>) -> (passed: [UInt8], isDetached: Bool) {
            guard !keys.isEmpty else { return (Array(typed), false) }
            var passed: [UInt8] = []
            for byte in typed {
                if byte == keys[matched] {
                    matched += 1
                    if matched == keys.count { return (passed, true) }
                    continue
                }
                passed += keys[..<matched]
                matched = byte == keys[0] ? 1 : 0
                if matched == 0 { passed.append(byte) }
                if matched == keys.count { return (passed, true) }
            }
            return (passed, false)
        }
    }
}
