import Namespaces

/// `--cpus`: a decimal number or a fraction, exact to the billionth, as Docker reads it.
enum NanoCPUs {
    /// Billionths; throws Docker's `failed to parse x as a rational number` and `value is too precise`.
    static func parse(_ text: String) throws(UsageError) -> Int64 {
        let refusal = UsageError("failed to parse \(text) as a rational number")
        let sign: Int64 = text.begins(with: "-") ? -1 : 1
        let unsigned = text.begins(with: "-") || text.begins(with: "+") ? String(text.dropFirst()) : text
        let (number, denominator) = unsigned.cut("/")
        if let denominator {
            guard let above = whole(number), let below = whole(denominator), below > 0 else { throw refusal }
            let (product, overflow) = above.multipliedReportingOverflow(by: 1_000_000_000)
            guard !overflow else { throw refusal }
            guard product % below == 0 else { throw UsageError("value is too precise") }
            return sign * (product / below)
        }
        let (integral, fraction) = number.cut(".")
        guard !(integral.isEmpty && (fraction ?? "").isEmpty), let units = whole("0" + integral),
            whole("0" + (fraction ?? "").prefix(9)) != nil, (fraction ?? "").utf8.allSatisfy(isDigit)
        else { throw refusal }
        let digits = Array((fraction ?? "").utf8)
        guard digits.dropFirst(9).allSatisfy({ $0 == 48 }) else { throw UsageError("value is too precise") }
        let billionths = (digits.prefix(9) + Array(repeating: 48, count: max(0, 9 - digits.count)))
            .reduce(Int64(0)) { $0 * 10 + Int64($1 - 48) }
        let (product, overflow) = units.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow, product <= Int64.max - billionths else { throw refusal }
        return sign * (product + billionths)
    }

    private static func whole(_ text: String) -> Int64? {
        text.utf8.allSatisfy(isDigit) ? Int64(text) : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
