import CShim

/// The running kernel's release, for the rare feature that can only be told by its version.
public struct KernelRelease: Sendable, Hashable, CustomStringConvertible {
    /// As uname(2) gives it: `6.18.44-amd64`.
    public let description: String

    /// A release by its text.
    public init(_ text: String) { description = text }

    /// The kernel that is running.
    public static var current: KernelRelease {
        var buffer = [CChar](repeating: 0, count: 65)
        minirun_kernel_release(&buffer)
        return KernelRelease(String(untilNul: buffer))
    }

    /// Whether its `major.minor` is that of `version` or a later one.
    public func isAtLeast(_ version: String) -> Bool {
        !Self.numbers(description).lexicographicallyPrecedes(Self.numbers(version))
    }

    private static func numbers(_ version: String) -> [Int] {
        version.parts(".").prefix(2).map { Int($0.prefix { $0.isASCII && $0.isNumber }) ?? 0 }
    }
}
