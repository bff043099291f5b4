import CShim

extension ResourceLimits {
    /// cgroup v2's weight (1 to 10000, 100 being everybody's) for cgroup v1's shares, by runc's formula: a power of ten
    /// whose exponent is quadratic in the shares' logarithm, so that both ends and both defaults meet.
    static func weight(shares: Int64) -> Int64 {
        if shares <= 2 { return 1 }
        if shares >= 262_144 { return 10_000 }
        let l = log2(Double(shares))
        let exponent = (l * l + 125 * l) / 612 - 7.0 / 34
        return Int64(pow(10, exponent).rounded(.up))
    }
}
