import CShim
import Namespaces
import SystemPackage

/// A name under which `ip netns` knows a container's network namespace: its nsfs file, bound on a file of /run/netns as
/// `ip netns add` does it (ip-netns(8)).
///
/// A symbolic link to /proc/PID/ns/net, as the notes make it, dies with the process and leaves the name behind; the mount
/// keeps the namespace alive, so the container's end has to take it away.
public struct Exposure: Sendable, Equatable {
    /// `/run/netns/web`.
    public var path: String
    /// What tells the namespace from others: the number in `net:[4026532281]`.
    public var inode: UInt64

    /// Where `ip netns` looks. `/var/run` leads to `/run`.
    static let directory: FilePath = "/run/netns"

    /// A name that is to be made for a namespace. Throws `UsageError` for one that `ip netns` would not take.
    init(name: String, inode: UInt64) throws(UsageError) {
        guard !name.isEmpty, name != ".", name != "..", !name.contains("/"), name.utf8.count < 256,
            !name.unicodeScalars.contains(where: { $0.properties.isWhitespace || $0.value < 32 || $0.value == 127 })
        else { throw UsageError("Invalid netns name \(name.goQuoted)") }
        path = Self.directory.appending(name).string
        self.inode = inode
    }

    /// The name.
    public var name: String { FilePath(path).lastComponent?.string ?? path }

    /// Binds the namespace there. Throws `ContainerConflict` with the words of `ip netns add` when the name is taken, and
    /// `KernelError`.
    func make(of namespace: NamespaceHandle) throws {
        try Self.prepareDirectory()
        let number = minirun_open(path, O_RDONLY | O_CREAT | O_EXCL, 0)
        guard number >= 0 else {
            let error = Errno.current
            guard error == .fileExists else { throw KernelError("create the namespace file \(path)", error) }
            throw ContainerConflict("Cannot create namespace file \(path.goQuoted): File exists")
        }
        close(number)
        do { try namespace.pin(at: FilePath(path)) } catch {
            unlink(path)
            throw error
        }
    }

    /// Whether the namespace, and no other, is bound there.
    var isPresent: Bool {
        var status = stat()
        var system = statfs()
        return lstat(path, &status) == 0 && UInt64(status.st_ino) == inode && statfs(path, &system) == 0
            && system.f_type == Int(NSFS_MAGIC)
    }

    /// Takes the name away. One that somebody has bound something else to is left alone, and one that is gone is no
    /// failure; an empty file is what remains of one after `umount`. Throws `KernelError`.
    func remove() throws(KernelError) {
        if isPresent { return try NamespaceHandle.unpin(FilePath(path)) }
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & mode_t(S_IFMT) == mode_t(S_IFREG), status.st_size == 0,
            status.st_mode & 0o777 == 0
        {
            unlink(path)
        }
    }

    /// A mount in a shared directory is taken away everywhere when it is taken away here. Without that, a service that has
    /// mounts of its own would keep the namespace alive.
    private static func prepareDirectory() throws(KernelError) {
        try Files.makeDirectory(directory)
        let (path, shared) = (directory.string, UInt(MS_SHARED | MS_REC))
        if mount("", path, "none", shared, nil) == 0 { return }
        // No mount yet, so it is made one.
        guard Errno.current == .invalidArgument, mount(path, path, "none", UInt(MS_BIND | MS_REC), nil) == 0,
            mount("", path, "none", shared, nil) == 0
        else { throw KernelError.current("share the mounts below \(path)") }
    }
}

extension Exposure: RecordJSON {
    init(json: JSONValue) throws(JSONError) {
        path = try json.string("path")
        inode = try json.integer("inode")
    }

    var json: JSONValue { ["path": .string(path), "inode": .integer(Int64(bitPattern: inode))] }
}

extension ContainerRecord {
    /// Its network namespace goes, and takes along what was plugged in; the names for it are taken away here.
    mutating func loseNetwork() {
        for exposure in exposures {
            do { try exposure.remove() } catch { StandardError.write("minirun: \(error)\n") }
        }
        (exposures, plugs) = ([], [])
    }
}
