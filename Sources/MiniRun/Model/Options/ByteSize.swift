import Namespaces

/// Sizes such as `64m`, `1.5GiB`, `65536`, in either case, as Docker reads them: powers of 1024, and of 1000 where it
/// counts files rather than memory.
public enum ByteSize {
    private static let letters = Array("kmgtp".utf8)

    /// The number of bytes; throws Docker's `invalid size: 'x'` or `invalid suffix: 'x'`.
    public static func parse(_ text: String, base: Int64 = 1024) throws(UsageError) -> Int64 {
        let refusal = UsageError("invalid size: '\(text)'")
        let bytes = Array(text.utf8)
        guard let last = bytes.lastIndex(where: { (48...57).contains($0) || $0 == 46 || $0 == 32 }) else {
            throw refusal
        }
        let number = String(decoding: bytes[...last], as: UTF8.self)
        let digits = bytes[last] == 32 ? String(number.dropLast()) : number
        // Double's own parser also knows hexadecimal, exponents, "inf" and "nan".
        guard digits.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }), digits.utf8.contains(where: { $0 != 46 }),
            let value = Double(digits)
        else { throw refusal }
        let suffix = Array(bytes[(last + 1)...])
        guard let size = Int64(exactly: (value * (try factor(suffix, base: base))).rounded(.towardZero)) else {
            throw refusal
        }
        return size
    }

    private static func factor(_ suffix: [UInt8], base: Int64) throws(UsageError) -> Double {
        let lower = suffix.map { (65...90).contains($0) ? $0 | 32 : $0 }
        guard let first = lower.first, lower != Array("b".utf8) else { return 1 }
        let rest = Array(lower.dropFirst())
        guard let power = letters.firstIndex(of: first),
            rest.isEmpty || rest == Array("b".utf8) || rest == Array("ib".utf8)
        else { throw UsageError("invalid suffix: '\(String(decoding: lower, as: UTF8.self))'") }
        return Double((0...power).reduce(1) { factor, _ in factor * base })
    }
}
