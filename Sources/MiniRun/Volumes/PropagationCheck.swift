import CShim
import Namespaces
import SystemPackage

/// Whether mounts made on the host can reach a bind at all: only from a mount that passes them on.
enum PropagationCheck {
    /// Throws Docker's sentence for a bind that is to be shared or a slave, of a mount that is neither.
    static func check(_ mount: MountSpecification) throws {
        guard mount.propagation != .private, mount.propagation != .rprivate else { return }
        let number = minirun_open(mount.source, O_PATH, 0)
        // What is missing is made, or missed, later.
        guard number >= 0 else { return }
        let file = OwnedDescriptor(owning: number)
        let path = mount.source
        let state = try Files.text(FilePath("/proc/self/fdinfo/\(file.rawValue)"))
        guard let id = mountNumber(in: state),
            let found = self.mount(id, in: try Files.text("/proc/self/mountinfo"))
        else { return }
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

    /// The number of the mount that an open file lies in, from the text of its fdinfo (proc(5)).
    static func mountNumber(in text: String) -> String? {
        text.parts("\n").map(\.words).first { $0.first == "mnt_id:" }?.last
    }

    /// The mount of this number, with its optional fields (`shared:1`), from the text of mountinfo (proc(5)). What a path
    /// leads to is not told by the places alone: a mount may cover others below it.
    static func mount(_ number: String, in table: String) -> (point: String, tags: [String])? {
        for line in table.parts("\n") {
            let fields = line.parts(" ")
            guard fields.count > 6, fields[0] == number else { continue }
            return (unescaped(fields[4]), Array(fields[6...].prefix { $0 != "-" }))
        }
        return nil
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
