import CShim
import Namespaces
import SystemPackage

/// What `-o` of the driver `local` asks for, as Docker reads it: nothing, a tmpfs, or a directory of the host.
enum LocalDriver: Sendable, Equatable {
    /// A directory of minirun's own.
    case plain
    /// A file system in memory, as long as a container has it. The words are those of `o`.
    case memory([String])
    /// A directory or file of the host (`type=none`, `o=bind`).
    case bind(FilePath, isReadOnly: Bool)

    /// Reads the options. Throws Docker's sentences, and a plain refusal of what minirun does not mount.
    init(_ options: [String: String]) throws(UsageError) {
        for key in options.keys.sorted() where !["type", "device", "o"].contains(key) {
            if key == "size" { throw UsageError("quota size requested but no quota support") }
            throw UsageError("invalid option: \(key.goQuoted)")
        }
        guard !options.isEmpty else {
            self = .plain
            return
        }
        for key in ["device", "type"] where options[key, default: ""].isEmpty {
            throw UsageError("missing required option: \(key.goQuoted)")
        }
        let words = (options["o"] ?? "").parts(",").filter { !$0.isEmpty }
        let device = options["device"] ?? ""
        switch options["type"] {
        case "tmpfs":
            _ = try MountFlags.parse(words)
            self = .memory(words)
        case "none" where words.contains { $0 == "bind" || $0 == "rbind" }:
            guard device.begins(with: "/") else {
                throw UsageError("invalid option: device=\(device): a directory of the host is an absolute path")
            }
            for word in words where !["bind", "rbind", "ro", "rw"].contains(word) {
                throw UsageError("invalid option: o=\(word): of a bind only ro and rw are supported")
            }
            self = .bind(FilePath(CleanPath.of(device)), isReadOnly: words.contains("ro"))
        default:
            throw UsageError(
                "volume type \((options["type"] ?? "").goQuoted) is not supported: minirun mounts type=tmpfs, and with "
                    + "type=none o=bind a directory of the host; mount others yourself and bind them")
        }
    }

    /// Mounts a volume in memory at its place, once for all who have it.
    static func mountMemory(_ words: [String], on directory: FilePath) throws {
        guard try !isMounted(directory) else { return }
        let (flags, data) = try MountFlags.parse(words)
        let bits = flags.union([.noSetUserID, .noDevices]).rawValue
        guard mount("tmpfs", directory.string, "tmpfs", UInt(bits), data) == 0 else {
            throw KernelError.current(
                "failed to mount local volume: mount tmpfs:\(directory), data: \(words.joined(separator: ","))")
        }
    }

    /// Takes it away again when it is there. Throws ``KernelError``.
    static func unmount(_ directory: FilePath) throws(KernelError) {
        do { guard try isMounted(directory) else { return } } catch  where error.errno == .noSuchFileOrDirectory {
            return
        }
        guard umount2(directory.string, Int32(MNT_DETACH)) == 0 else {
            throw KernelError.current("unmount \(directory)")
        }
    }

    /// Whether the directory is another file system's than the one above it.
    private static func isMounted(_ directory: FilePath) throws(KernelError) -> Bool {
        var (here, above) = (stat(), stat())
        guard lstat(directory.string, &here) == 0, lstat(directory.removingLastComponent().string, &above) == 0 else {
            throw KernelError.current("look at \(directory)")
        }
        return here.st_dev != above.st_dev
    }
}
