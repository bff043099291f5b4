import Namespaces

/// Signals by name and number, for `--stop-signal` and `kill`.
public enum SignalName {
    /// Number by name, without SIG (signal(7), x86 and arm numbering).
    private static let numbers: [String: Int32] = [
        "HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "TRAP": 5, "ABRT": 6, "IOT": 6, "BUS": 7, "FPE": 8, "KILL": 9,
        "USR1": 10, "SEGV": 11, "USR2": 12, "PIPE": 13, "ALRM": 14, "TERM": 15, "STKFLT": 16, "CHLD": 17, "CLD": 17,
        "CONT": 18, "STOP": 19, "TSTP": 20, "TTIN": 21, "TTOU": 22, "URG": 23, "XCPU": 24, "XFSZ": 25, "VTALRM": 26,
        "PROF": 27, "WINCH": 28, "IO": 29, "POLL": 29, "PWR": 30, "SYS": 31, "UNUSED": 31,
    ]
    // The C library keeps 32 and 33 to itself, so the first real-time signal a program can use is 34.
    private static let realTime: ClosedRange<Int32> = 34...64

    /// `TERM`, `SIGTERM`, `sigterm`, `RTMIN+3`, `RTMAX-1` or a number from 1 to 64; throws Docker's `invalid signal: x`.
    public static func parse(_ text: String) throws(UsageError) -> Int32 {
        if let number = Int32(text) {
            guard (1...64).contains(number) else { throw UsageError("invalid signal: \(text)") }
            return number
        }
        let upper = text.uppercased()
        let name = upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper
        if let number = numbers[name] { return number }
        guard let number = realTimeNumber(name), realTime.contains(number) else {
            throw UsageError("invalid signal: \(text)")
        }
        return number
    }

    /// `SIGTERM`; for numbers without a name `SIGRTMIN+3` or the number.
    public static func name(of number: Int32) -> String {
        let aliases: Set<String> = ["IOT", "CLD", "POLL", "UNUSED"]
        if let name = numbers.first(where: { $0.value == number && !aliases.contains($0.key) })?.key {
            return "SIG\(name)"
        }
        guard realTime.contains(number) else { return "\(number)" }
        return number == realTime.lowerBound ? "SIGRTMIN" : "SIGRTMIN+\(number - realTime.lowerBound)"
    }

    private static func realTimeNumber(_ name: String) -> Int32? {
        guard name.hasPrefix("RTMIN") || name.hasPrefix("RTMAX") else { return nil }
        let rest = String(name.dropFirst(5))
        let isMinimum = name.hasPrefix("RTMIN")
        guard !rest.isEmpty else { return isMinimum ? realTime.lowerBound : realTime.upperBound }
        guard rest.hasPrefix(isMinimum ? "+" : "-"), let distance = UInt8(rest.dropFirst()), distance <= 31 else {
            return nil
        }
        return isMinimum ? realTime.lowerBound + Int32(distance) : realTime.upperBound - Int32(distance)
    }
}
