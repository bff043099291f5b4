import CShim
import Namespaces
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

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
