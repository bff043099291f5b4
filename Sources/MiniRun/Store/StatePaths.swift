import CShim
import SystemPackage

/// Where minirun keeps its files. Two places, both readable with `ls` and `cat`:
///
///     /run/minirun                         gone at reboot (--state, MINIRUN_STATE)
///       lock                               flock: held for the moment in which a name or a container is taken or swept
///       containers/ID/                     flocked by the container's supervisor as long as it cares for the container
///         control                          the socket by which others talk to the supervisor
///         exit-code                        left only when the record could not be written
///         config.json                      the OCI runtime specification it was started from
///         mounts.json                      what it is to be given, until its record says so
///       leases/NETWORK/ADDRESS             flocked as long as somebody uses the address
///       dns/NETWORK/NAME/ADDRESS           what containers are called; the file says whose it is
///       members/DONOR/ID                   the containers that have joined DONOR's network
///       leases/NETWORK/.members            flocked together by all that are connected, alone by the network's remover
///       seccomp/                           compiled filters
///       bridges/NAME                       the bridges that `plug` has made
///       uplinks/CARD.json                  what `uplink attach` has moved away from a network card
///       uplinks.lock                       flock: held while an uplink is moved
///       plug.lock                          flock: held while something is plugged in or taken out
///       events  events.1                   what has happened to containers and networks, one JSON object a line
///       events.lock                        flock: held by whoever begins a new file of events
///     /var/lib/minirun                     stays (--root, MINIRUN_ROOT)
///       images/NAME/rootfs                 root file systems by name (busybox)
///       images/oci  layers  records  names images, see ``ImageStore``
///       networks/SETTING                   what a kernel setting was before a network needed it changed
///       networks/names/NAME                the id of the network that has the name
///       networks/ID/network.json           the record of a network that the user made
///       volumes/NAME/volume.json           the record of a volume
///       volumes/NAME/_data                 what containers see of it
///       volumes/NAME/users                 flocked by all that have the volume, together; by its remover alone
///       volumes/NAME/copy.lock             flock: held by whoever copies into it what an image has at its place
///       volumes/lock                       flock: held while a volume is made, taken or removed
///       networks/lock                      flock: held by whoever makes or removes a network or its bridge
///
/// In the one place or the other, as the container is passing (in the foreground with `--rm`) or kept:
///
///       names/NAME                         the id of the container that has the name
///       containers/ID/
///         container.json                   the record; record.lock is held to change it
///         hosts  hostname  resolv.conf     bound into the container
///         upper  work                      its own layer, when it is on disk
///         ID-json.log  ID-json.log.1       what a detached container printed
///
/// And what the administrator says about the default network: /etc/minirun/minirun.json (--config, MINIRUN_CONFIG).
public struct StatePaths: Sendable, Equatable {
    /// What outlives a reboot.
    public let root: FilePath
    /// What does not.
    public let state: FilePath
    /// The file of settings, which may be missing.
    public let configuration: FilePath

    /// The given places, or those of the environment, or the usual ones.
    public init(root: String? = nil, state: String? = nil, configuration: String? = nil) {
        func place(_ given: String?, _ variable: String, _ usual: String) -> FilePath {
            if let given, !given.isEmpty { return Self.absolute(FilePath(given)) }
            if let value = getenv(variable), value.pointee != 0 {
                return Self.absolute(FilePath(String(cString: value)))
            }
            return FilePath(usual)
        }
        self.root = place(root, "MINIRUN_ROOT", "/var/lib/minirun")
        self.state = place(state, "MINIRUN_STATE", "/run/minirun")
        self.configuration = place(configuration, "MINIRUN_CONFIG", "/etc/minirun/minirun.json")
    }

    /// Where passing containers have their files, and where kept ones do.
    var passing: ContainerPlace { ContainerPlace(base: state) }
    /// Where the files of containers are that stay until they are removed.
    var kept: ContainerPlace { ContainerPlace(base: root) }

    /// The directories that supervisors hold.
    public var supervised: FilePath { passing.containers }
    /// The directory that a container's supervisor holds; there is none while nobody cares for the container.
    public func supervised(_ id: String) -> FilePath { passing.container(id) }
    /// The socket by which others talk to a container's supervisor.
    func control(_ id: String) -> FilePath { supervised(id).appending("control") }
    /// The exit code of a container whose record could not be written at its end.
    func exitCode(_ id: String) -> FilePath { supervised(id).appending("exit-code") }
    /// The OCI runtime specification that a running container was started from.
    func specification(_ id: String) -> FilePath { supervised(id).appending("config.json") }
    /// What a container is to be given that has no record yet.
    func mounts(_ id: String) -> FilePath { supervised(id).appending("mounts.json") }
    /// The lock for the moment in which a name or a container is taken or swept.
    public var lock: FilePath { state.appending("lock") }
    /// The leases of one network.
    public func leases(of network: String) -> FilePath { allLeases.appending(network) }
    /// What containers are called in their networks.
    var names: FilePath { state.appending("dns") }
    /// The same of all networks.
    var allLeases: FilePath { state.appending("leases") }
    /// The containers that have joined the network of this one.
    func members(of donor: String) -> FilePath { allMembers.appending(donor) }
    /// The same of all containers.
    var allMembers: FilePath { state.appending("members") }
    /// The root file system of an image.
    public func image(_ name: String) -> FilePath { root.appending("images").appending(name).appending("rootfs") }
    /// The networks that the user made, and what settings of the host were before networks needed them changed.
    public var networks: FilePath { root.appending("networks") }
    /// The volumes.
    public var volumes: FilePath { root.appending("volumes") }
    /// Held while volumes are made, taken and removed.
    var volumeLock: FilePath { volumes.appending("lock") }
    /// Held while networks and their bridges are made and removed.
    var networkLock: FilePath { networks.appending("lock") }
    /// Locked by all that are connected to a network, and by its remover alone.
    func membership(of network: String) -> FilePath { leases(of: network).appending(".members") }
    /// Compiled seccomp filters.
    public var seccompCache: FilePath { state.appending("seccomp") }

    /// The bridges that `plug` has made, an empty file for each.
    var pluggedBridges: FilePath { state.appending("bridges") }
    /// The lock for plugging in and taking out.
    var plugLock: FilePath { state.appending("plug.lock") }

    /// What was moved away from network cards, one file for each.
    var uplinks: FilePath { state.appending("uplinks") }
    /// The lock for moving uplinks.
    var uplinkLock: FilePath { state.appending("uplinks.lock") }

    /// What has happened, the newest last.
    public var events: FilePath { state.appending("events") }

    private static func absolute(_ path: FilePath) -> FilePath {
        (path.isAbsolute ? path : FilePath.current.pushing(path)).lexicallyNormalized()
    }
}

/// One of the two places where containers have their names and files.
struct ContainerPlace: Sendable, Equatable {
    /// The state or the root directory.
    let base: FilePath

    /// The directories of the containers here.
    var containers: FilePath { base.appending("containers") }
    /// One container's directory.
    func container(_ id: String) -> FilePath { containers.appending(id) }
    /// One container's record.
    func record(_ id: String) -> FilePath { container(id).appending("container.json") }
    /// The directory of the names that are taken here.
    var names: FilePath { base.appending("names") }
    /// The file that says which container has this name.
    func name(_ name: String) -> FilePath { names.appending(name) }
}

extension FilePath {
    /// This process's working directory.
    static var current: FilePath {
        guard let buffer = getcwd(nil, 0) else { return "/" }
        defer { free(buffer) }
        return FilePath(String(cString: buffer))
    }
}
