import Namespaces
import SystemPackage

/// Where what a container changes in its root file system goes.
enum ContainerLayer: Sendable, Equatable {
    /// Into the directory itself (`--rootfs-rw`).
    case none
    /// Into memory, in a file system that nothing but the container's mount refers to: the kernel takes it away with the
    /// container, however that ends, and nobody has to remove it from a disk.
    case memory
    /// Into a directory of its own on disk.
    case disk(FilePath)

    static func chosen(for request: RunRequest, id: String, paths: StatePaths) -> ContainerLayer {
        if request.writeThrough { return .none }
        return request.isPassing ? .memory : .disk(paths.kept.container(id))
    }

    /// The directory, for one on disk.
    var directory: FilePath? {
        if case .disk(let directory) = self { return directory }
        return nil
    }
}

extension RunRequest {
    /// Whether nothing of the container shall ever reach a disk: in the foreground with `--rm`, where the kernel can keep
    /// its layer in memory. overlayfs takes layers that are mounted nowhere since Linux 6.15.
    var isPassing: Bool { remove && !detach && KernelRelease.current.isAtLeast("6.15") }
}
