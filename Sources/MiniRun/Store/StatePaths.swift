import CShim
import SystemPackage

/// Where minirun keeps its files. Two places, both readable with `ls` and `cat`:
///
///     /run/minirun                         gone at reboot (--state, MINIRUN_STATE)
///       lock                               flock: held for the moment in which a name is taken or a dead container swept
///       containers/ID/                     flocked by the container's supervisor as long as the container lives
///         container.json                   the record
///         config.json                      the OCI runtime specification it was started from
///         hosts  hostname  resolv.conf     bound into the container
///       names/NAME                         the id of the container that has the name
///       leases/NETWORK/ADDRESS             flocked as long as somebody uses the address
///       leases/NETWORK/bridge.lock         flock: held by whoever makes the network's bridge
///       seccomp/                           compiled filters
///     /var/lib/minirun                     stays (--root, MINIRUN_ROOT)
///       containers/ID/upper, work          a container's own layer
///       images/NAME/rootfs                 root file systems by name
///       networks/SETTING                   what a kernel setting was before a network needed it changed
public struct StatePaths: Sendable, Equatable {
    /// What outlives a reboot.
    public let root: FilePath
    /// What does not.
    public let state: FilePath

    /// The given places, or those of the environment, or the usual ones.
    public init(root: String? = nil, state: String? = nil) {
        func place(_ given: String?, _ variable: String, _ usual: String) -> FilePath {
            if let given, !given.isEmpty { return Self.absolute(FilePath(given)) }
            if let value = getenv(variable), value.pointee != 0 {
                return Self.absolute(FilePath(String(cString: value)))
            }
            return FilePath(usual)
        }
        self.root = place(root, "MINIRUN_ROOT", "/var/lib/minirun")
        self.state = place(state, "MINIRUN_STATE", "/run/minirun")
    }

    /// The directory of all running containers.
    public var containers: FilePath { state.appending("containers") }
    /// The directory of one running container.
    public func container(_ id: String) -> FilePath { containers.appending(id) }
    /// The lock for the moment in which a name is taken or a dead container swept.
    public var lock: FilePath { state.appending("lock") }
    /// The directory of all names.
    public var names: FilePath { state.appending("names") }
    /// The file that says which container has this name.
    public func name(_ name: String) -> FilePath { names.appending(name) }
    /// The leases of one network.
    public func leases(of network: String) -> FilePath { state.appending("leases").appending(network) }
    /// The upper and work directory of one container.
    public func layer(_ id: String) -> FilePath { root.appending("containers").appending(id) }
    /// The root file system of an image.
    public func image(_ name: String) -> FilePath { root.appending("images").appending(name).appending("rootfs") }
    /// What settings of the host were before networks needed them changed.
    public var networks: FilePath { root.appending("networks") }
    /// Compiled seccomp filters.
    public var seccompCache: FilePath { state.appending("seccomp") }

    private static func absolute(_ path: FilePath) -> FilePath {
        (path.isAbsolute ? path : FilePath.current.pushing(path)).lexicallyNormalized()
    }
}

extension FilePath {
    /// This process's working directory.
    static var current: FilePath {
        guard let buffer = getcwd(nil, 0) else { return "/" }
        defer { free(buffer) }
        return FilePath(String(cString: buffer))
    }
}
