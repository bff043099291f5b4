import CShim
import Namespaces
import SystemPackage

extension LabNode {
    /// What there is at a path.
    struct File {
        /// Whose it is, as this process sees users.
        var owner: uid_t
        /// What a regular file holds; nothing of any other.
        var content: [UInt8]
    }

    /// Looks at a path below its root, out of which no link leads; nil when nothing is there. Throws `KernelError`.
    func file(_ path: String, limit: Int = 1 << 20) throws -> File? {
        let root = OwnedDescriptor(owning: minirun_open(root.string, O_PATH | O_DIRECTORY, 0))
        guard root.rawValue >= 0 else { throw KernelError.current("look into the files of \(name)") }
        let place = OwnedDescriptor(owning: minirun_open_in_root(root.rawValue, path, UInt64(O_RDONLY)))
        guard place.rawValue >= 0 else {
            let error = Errno.current
            if error == .noSuchFileOrDirectory || error == .notDirectory { return nil }
            throw KernelError("look at \(path) in \(name)", error)
        }
        var status = stat()
        guard fstat(place.rawValue, &status) == 0 else { throw KernelError.current("look at \(path) in \(name)") }
        return File(owner: status.st_uid, content: Files.content(of: place, limit: limit) ?? [])
    }
}
