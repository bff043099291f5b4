import CShim
import SystemPackage

extension OwnProgram {
    /// A file that came with this program: beside it, in `share/minirun` of an installed one, or in the source tree that it
    /// was built in. Nil when there is none that only we, root, or the program's owner can have put there: it is run with all
    /// of our rights. Throws ``KernelError``.
    package static func companion(_ file: FilePath) throws(KernelError) -> FilePath? {
        let program = try path()
        let folder = program.removingLastComponent()
        var candidates = [
            folder.pushing(file), folder.removingLastComponent().appending("share").appending("minirun").pushing(file),
        ]
        var above = folder
        while above.components.count > 1 {
            above.removeLastComponent()
            candidates.append(above.pushing(file))
        }
        // In a user namespace root may be nobody: whoever owns this program has our trust already.
        var status = stat()
        let owners: Set<uid_t> = [0, geteuid(), stat(program.string, &status) == 0 ? status.st_uid : 0]
        return candidates.first { access($0.string, R_OK) == 0 && isOurs($0, owners) }
    }

    /// Whether nobody but these owners can have put it there.
    private static func isOurs(_ path: FilePath, _ owners: Set<uid_t>) -> Bool {
        var path = path
        while true {
            var status = stat()
            guard stat(path.string, &status) == 0, owners.contains(status.st_uid) else { return false }
            let isSticky = status.st_mode & mode_t(S_ISVTX) != 0
            guard status.st_mode & 0o022 == 0 || isSticky else { return false }
            if path.components.isEmpty { return true }
            path.removeLastComponent()
        }
    }
}
