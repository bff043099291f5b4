import CShim
import SystemPackage

/// One mounted hierarchy of control groups, and where in it a process is.
public struct ControlGroupHierarchy: Sendable, Hashable {
    /// The controllers that a cgroup v1 hierarchy has; empty for cgroup v2, whose groups each have their own.
    public let controllers: [String]
    /// Where it is mounted.
    public let mountPoint: FilePath
    /// The directory of the group that the process is in; the mount itself when the group lies outside of it.
    public let own: FilePath

    init(controllers: [String], mount: ControlGroupMount, path: String) {
        self.controllers = controllers
        mountPoint = mount.directory
        // The mount shows its root as `/`, so what is left of the path behind that root is the way down.
        let root = mount.root == "/" ? "" : mount.root
        own =
            path == root || path.begins(with: root + "/")
            ? mount.directory.below(path.dropFirst(root.count)) : mountPoint
    }

    /// Whether it is cgroup v2.
    public var isUnified: Bool { controllers.isEmpty }

    /// The directories from the mount down to the process's own group.
    var levels: [FilePath] {
        var levels = [mountPoint]
        for component in own.components.dropFirst(mountPoint.components.count) {
            levels.append(levels[levels.count - 1].appending(component))
        }
        return levels
    }

    /// The outermost of these below which the caller may make groups and put processes into them. That is the top for
    /// root, and for a user what systemd has delegated; all sessions of a user have it in common.
    func delegated() throws(KernelError) -> FilePath {
        var refusal = Errno.permissionDenied
        for directory in levels {
            let needed = [directory, directory.appending("cgroup.procs")]
            let files = isUnified ? needed + [directory.appending("cgroup.subtree_control")] : needed
            let denied = files.first { faccessat(AT_FDCWD, $0.string, W_OK, AT_EACCESS) != 0 }
            if denied == nil { return directory }
            refusal = Errno.current
        }
        throw KernelError(
            "make a control group in \(own)", refusal,
            hint: refusal == .readOnlyFileSystem
                ? "control groups are mounted read-only, as in a container"
                : "it needs root, or a delegated cgroup v2 group")
    }

    /// The controllers that a cgroup v2 group has (`cgroup.controllers`) or hands on (`cgroup.subtree_control`).
    static func words(of file: FilePath) throws(KernelError) -> [String] {
        (try Files.text(ifPresent: file) ?? "").words
    }
}

extension FilePath {
    fileprivate func below(_ path: some StringProtocol) -> FilePath {
        FilePath("\(self)/\(path)").lexicallyNormalized()
    }
}
