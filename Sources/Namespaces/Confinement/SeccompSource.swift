import CShim
import SystemPackage

/// Where a profile's text comes from. What identifies it is found without reading it.
struct SeccompSource {
    /// For errors: a path, or `builtin`.
    let name: String
    /// For the cache: the name and what changes when the text changes.
    let identity: String
    private let file: FilePath?

    fileprivate init(builtin: Void) {
        name = "builtin"
        identity = "builtin"
        file = nil
    }

    fileprivate init(_ path: FilePath, _ status: stat) {
        name = path.string
        file = path
        identity =
            "\(path) \(status.st_dev):\(status.st_ino) \(status.st_size) "
            + "\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) \(status.st_ctim.tv_sec).\(status.st_ctim.tv_nsec)"
    }

    /// The text itself.
    func text() throws(SeccompError) -> [UInt8] {
        guard let file else { return Array(SeccompProfile.builtin.utf8) }
        let number = minirun_open(file.string, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0)
        let error = Errno.current
        guard number >= 0 else { throw SeccompError(name, KernelError.words(error)) }
        let descriptor = OwnedDescriptor(owning: number)
        guard let bytes = Files.content(of: descriptor) else {
            throw SeccompError(name, "it is not a regular file of at most 1 MiB")
        }
        return bytes
    }
}

extension SeccompPolicy {
    /// The profile that is meant; nil for none.
    func source() throws(SeccompError) -> SeccompSource? {
        var status = stat()
        switch self {
        case .unconfined: return nil
        case .standard:
            guard stat(Self.distributionProfile.string, &status) == 0 else { return SeccompSource(builtin: ()) }
            return SeccompSource(Self.distributionProfile, status)
        case .file(let path):
            guard stat(path.string, &status) == 0 else {
                let error = Errno.current
                throw SeccompError(path.string, KernelError.words(error))
            }
            return SeccompSource(path, status)
        }
    }
}
