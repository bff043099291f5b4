import CShim
import Namespaces
import SystemPackage

/// Whether mounts made on the host can reach a bind at all: only from a mount that passes them on.
enum PropagationCheck {
    /// Throws Docker's sentence for a bind that is to be shared or a slave, of a mount that is neither.
    static func check(_ mount: MountSpecification) throws {
        guard mount.propagation != .private, mount.propagation != .rprivate,
            let resolved = realpath(mount.source, nil)
        else { return }
        defer { free(resolved) }
        let path = String(cString: resolved)
        let table = try Files.text("/proc/self/mountinfo")
        guard let found = holder(of: path, in: table) else { return }
        let isShared = found.tags.contains { $0.hasPrefix("shared:") }
        let isReceiving = isShared || found.tags.contains { $0.hasPrefix("master:") }
        switch mount.propagation {
        case .shared where !isShared, .rshared where !isShared:
            throw UsageError("path \(path) is mounted on \(found.point) but it is not a shared mount")
        case .slave where !isReceiving, .rslave where !isReceiving:
            throw UsageError("path \(path) is mounted on \(found.point) but it is not a shared or slave mount")
        default: break
        }
    }

    /// The mount that a path lies in, with its optional fields (`shared:1`), from the text of mountinfo (proc(5)).
    static func holder(of path: String, in table: String) -> (point: String, tags: [String])? {
        var best: (point: String, tags: [String])?
        for line in table.split(separator: "\n") {
            let fields = line.split(separator: " ").map(String.init)
            guard fields.count > 6 else { continue }
            let point = unescaped(fields[4])
            let isAbove = point == "/" || path == point || path.begins(with: point + "/")
            // Of several on one place, the last covers the others.
            guard isAbove, point.utf8.count >= (best?.point.utf8.count ?? 0) else { continue }
            best = (point, Array(fields[6...].prefix { $0 != "-" }))
        }
        return best
    }

    /// Blanks and the like are written as `\040`.
    private static func unescaped(_ text: String) -> String {
        guard text.contains("\\") else { return text }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), rest.count >= 3,
                let value = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
            {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
