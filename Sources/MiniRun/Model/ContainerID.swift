import CShim
import Namespaces
import NetSetup
import SystemPackage

/// A container's id: 64 hexadecimal digits from the kernel's random numbers; the first twelve name it in tables.
public enum ContainerID {
    /// A new id. Throws the kernel's refusal to give random bytes.
    public static func make() throws(KernelError) -> String {
        var bytes = [UInt8](repeating: 0, count: 32)
        guard getrandom(&bytes, bytes.count, 0) == bytes.count else {
            throw KernelError.current("draw a container id")
        }
        return hexadecimal(bytes)
    }

    /// The first twelve digits.
    public static func short(_ id: String) -> String { String(id.prefix(12)) }

    /// Whether the text is a whole id.
    static func isWhole(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }

    /// Something with the form of an id that follows from a text and is always the same for it.
    static func derived(from text: String) -> String {
        (0..<4).map { part in
            let number = StableHash.of("\(text)/\(part)")
            return hexadecimal((0..<8).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
        }.joined()
    }

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
