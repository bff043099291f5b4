import CShim
import SystemPackage

/// A namespace held open by a descriptor of its file in nsfs: it lives at least as long as this object does.
public final class NamespaceHandle: Sendable {
    private let file: OwnedDescriptor

    /// The descriptor, borrowed; close-on-exec.
    public var descriptor: CInt { file.rawValue }

    /// Takes ownership of an open nsfs descriptor.
    public init(owning descriptor: consuming OwnedDescriptor) {
        file = descriptor
    }

    /// Opens a namespace file: `/proc/PID/ns/net`, `/run/netns/NAME`.
    public convenience init(path: FilePath) throws(KernelError) {
        let number = minirun_open(path.string, O_RDONLY, 0)
        if number < 0 {
            throw KernelError.current("open namespace \(path)")
        }
        self.init(owning: OwnedDescriptor(owning: number))
    }

    /// Opens the namespace that a process is in; `pid` as the caller's pid namespace numbers it, nil for the caller.
    public convenience init(_ kind: NamespaceKind, of pid: pid_t? = nil) throws(KernelError) {
        try self.init(path: FilePath("/proc/\(pid.map(String.init) ?? "self")/ns/\(kind.procName)"))
    }

    /// What identifies the namespace while it lives: the number in `net:[4026531840]`.
    public func inode() throws(KernelError) -> UInt64 {
        var status = stat()
        if fstat(descriptor, &status) != 0 {
            throw KernelError.current("stat namespace")
        }
        return UInt64(status.st_ino)
    }

    /// Which kind it is (NS_GET_NSTYPE, ioctl_ns(2)); nil when the descriptor is no namespace.
    public func kind() -> NamespaceKind? {
        let flag = minirun_ioctl(descriptor, minirun_ns_get_nstype(), nil)
        return NamespaceKind.allCases.first { $0.cloneFlag == flag }
    }

    /// The user namespace that owns this one (NS_GET_USERNS); EPERM when it lies outside of the caller's own.
    public func owningUserNamespace() throws(KernelError) -> NamespaceHandle {
        let number = minirun_ioctl(descriptor, minirun_ns_get_userns(), nil)
        if number < 0 {
            throw KernelError.current("find the user namespace that owns a namespace")
        }
        return NamespaceHandle(owning: OwnedDescriptor(owning: number))
    }

    /// The namespace around a pid or user namespace (NS_GET_PARENT); nil when it lies outside of the caller's own.
    func parent() -> NamespaceHandle? {
        let number = minirun_ioctl(descriptor, minirun_ns_get_parent(), nil)
        return number < 0 ? nil : NamespaceHandle(owning: OwnedDescriptor(owning: number))
    }

    /// Whether both are the same namespace.
    public func isSame(as other: NamespaceHandle) throws(KernelError) -> Bool {
        try inode() == other.inode()
    }

    /// Keeps the namespace alive without a process: binds it on a file, as `ip netns` does. The file is made if missing.
    public func pin(at path: FilePath) throws(KernelError) {
        let number = minirun_open(path.string, O_RDONLY | O_CREAT, 0o444)
        if number < 0 {
            throw KernelError.current("pin a namespace at \(path)")
        }
        close(number)
        if mount("/proc/self/fd/\(descriptor)", path.string, nil, UInt(MS_BIND), nil) != 0 {
            throw KernelError.current("pin a namespace at \(path)")
        }
    }

    /// Takes the pin away, and the file with it.
    public static func unpin(_ path: FilePath) throws(KernelError) {
        if umount2(path.string, CInt(MNT_DETACH)) != 0 {
            let errno = Errno.current
            if errno != .invalidArgument && errno != .noSuchFileOrDirectory {
                throw KernelError("unpin \(path)", errno)
            }
        }
        unlink(path.string)
    }
}
