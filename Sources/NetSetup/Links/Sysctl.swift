import Namespaces
import SystemPackage

/// A kernel setting under /proc/sys, in this process's namespaces.
public struct Sysctl: Sendable, Hashable, CustomStringConvertible {
    /// The path below /proc/sys: `net/ipv4/ip_forward`.
    public let path: String

    /// Names a setting by its path below /proc/sys. Slashes only: an interface's name may contain a dot.
    public init(_ path: String) {
        self.path = path
    }

    /// Names a setting as sysctl(8) takes it: `net.ipv4.conf.eth0/1.rp_filter`, or a path; the first of the two signs separates.
    public init(dotted text: String) {
        let isPath = text.first { $0 == "." || $0 == "/" } == "/"
        path = isPath ? text : Self.exchanged(text)
    }

    private static func exchanged(_ text: String) -> String {
        String(text.map { $0 == "/" ? "." : $0 == "." ? "/" : $0 })
    }

    /// The whole path.
    public var file: String { "/proc/sys/\(path)" }

    /// As sysctl(8) writes it: `net.ipv4.ip_forward`.
    public var description: String { Self.exchanged(path) }

    /// The present value without its line end; nil when this kernel has no such setting.
    public func value() throws(KernelError) -> String? {
        do { return try Files.text(ifPresent: FilePath(file))?.trimmed } catch {
            throw KernelError("read \(self)", error.errno)
        }
    }

    /// Writes a value.
    public func set(_ value: String) throws(KernelError) {
        do { try Files.put(value, into: FilePath(file)) } catch { throw refusal(value, error.errno) }
    }

    /// Writes a value unless the setting has it already: so a read-only /proc/sys is no obstacle when all is well. Some
    /// settings cannot be read before they are written.
    func ensure(_ value: String) throws(KernelError) {
        if (try? self.value()) != value { try set(value) }
    }

    private func refusal(_ value: String, _ error: Errno) -> KernelError {
        let isProtected = [.readOnlyFileSystem, .permissionDenied, .notPermitted].contains(error)
        let hint = isProtected ? "outside, where /proc/sys can be written, run: sysctl -w \(self)=\(value)" : nil
        return KernelError("set \(self) to \(value)", error, hint: hint)
    }
}
