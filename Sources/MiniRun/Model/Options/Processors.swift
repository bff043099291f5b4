import CShim
import Namespaces

/// Processors of a host by number, as lists such as `0-3,8` name them.
public struct Processors: Sendable, Equatable, CustomStringConvertible {
    /// The numbers.
    public let numbers: Set<Int>
    /// The list it was read from.
    public let description: String

    /// Reads a list as Docker does. Throws `UsageError` with its `invalid format: x`.
    public init(parsing text: String) throws(UsageError) {
        let refusal = UsageError("invalid format: \(text)")
        var numbers: Set<Int> = []
        for part in text.parts(",") where !text.isEmpty {
            let (first, last) = part.cut("-")
            guard let low = Self.number(first), let high = last.map(Self.number) ?? low, low <= high else {
                throw refusal
            }
            numbers.formUnion(low...high)
        }
        self.numbers = numbers
        description = text
    }

    /// No kernel has more (NR_CPUS), and a longer range would only cost memory.
    private static func number(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text).flatMap { $0 <= 8192 ? $0 : nil }
    }

    /// Those that this host has switched on.
    public static func online() -> Processors {
        if let text = try? Files.text("/sys/devices/system/cpu/online").trimmed,
            let processors = try? Processors(parsing: text), !processors.numbers.isEmpty
        {
            return processors
        }
        let count = max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN)))
        return Processors(first: count)
    }

    /// The first few.
    init(first count: Int) {
        numbers = Set(0..<count)
        description = count == 1 ? "0" : "0-\(count - 1)"
    }
}
