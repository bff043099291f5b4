import CShim
import Namespaces
import NetSetup
import SystemPackage

/// A network namespace that is there already when its container's first process starts (anew), with the user namespace that
/// owns it.
///
/// A supervisor holds its container's open over a restart, so addresses, published ports and whoever joined stay as they
/// are. After a stop the namespace lives on only in containers that joined it, and is found there.
final class KeptNetwork {
    /// The network namespace.
    let network: NamespaceHandle
    /// Its owner; nil when that is the host's own user namespace.
    let user: NamespaceHandle?
    /// The owner's id map.
    let map: IDMap
    /// A process that is in both, for explanations.
    let process: pid_t
    /// The container whose network it is, for one that joined another's.
    let donor: ContainerRecord?
    /// Whether this process has published its ports before, and holds them still.
    let isPublished: Bool

    /// The network of a container that runs. Throws `KernelError`.
    init(of process: SpawnedProcess, _ namespaces: NamespacePlan) throws(KernelError) {
        network = try process.namespace(.network)
        user = namespaces.sharesHostUsers ? nil : try process.namespace(.user)
        map = namespaces.map
        donor = namespaces.networkDonor
        self.process = process.pid
        isPublished = true
    }

    /// Where it is found.
    var path: String { "/proc/\(process)/ns/net" }
    /// Where its owner is found.
    var userPath: String { "/proc/\(process)/ns/user" }

    /// The network that the container of this id had and that others who joined it still have; nil when none of them runs.
    static func found(for id: String, _ store: ContainerStore) throws -> KeptNetwork? {
        for member in try Members(of: id, store.paths).ids() {
            guard try store.isHeld(member), let process = try store.record(member)?.process, process.isAlive else {
                continue
            }
            let user = try NamespaceHandle(.user, of: process.pid)
            let isHosts = try user.isSame(as: NamespaceHandle(.user))
            return KeptNetwork(
                network: try NamespaceHandle(.network, of: process.pid), user: isHosts ? nil : user,
                map: try isHosts ? IDMap.current().identityOverInside : IDMap.of(process: process.pid),
                process: process.pid)
        }
        return nil
    }

    private init(network: NamespaceHandle, user: NamespaceHandle?, map: IDMap, process: pid_t) {
        self.network = network
        self.user = user
        self.map = map
        self.process = process
        donor = nil
        isPublished = false
    }
}

/// Holds the network of a container that may start anew.
struct HoldNetwork: Step {
    private let namespaces: NamespacePlan

    init(_ namespaces: NamespacePlan) { self.namespaces = namespaces }

    /// Before the command runs: once it has ended, its process leads to no namespace any more. Throws `KernelError`.
    func apply(on stage: Stage) throws {
        stage.leave(try KeptNetwork(of: stage.process(for: "hold its network"), namespaces))
    }

    var explanation: Explanation {
        Explanation(
            shell: ["exec 8</proc/$PID/ns/net 9</proc/$PID/ns/user"],
            systemCalls: ["open(\"/proc/PID/ns/net\")", "open(\"/proc/PID/ns/user\")"],
            why:
                "As long as the supervisor holds it open, the network outlives the command, and a restart finds it again."
        )
    }
}

/// The containers that have joined a container's network: one empty file each, in a directory of the donor's.
struct Members {
    private let directory: FilePath

    /// Those of a donor.
    init(of donor: String, _ paths: StatePaths) { directory = paths.members(of: donor) }

    /// Their ids; some may have been killed since.
    func ids() throws -> [String] { try Files.names(in: directory).filter(ContainerID.isWhole) }

    /// Forgets the members that were killed.
    static func sweep(_ store: ContainerStore) throws {
        for donor in try Files.names(in: store.paths.allMembers) {
            let members = Members(of: donor, store.paths)
            for id in try members.ids() where try !store.isHeld(id) {
                try Files.removeTree(members.directory.appending(id))
            }
            // Fails as long as there are others.
            try? Files.removeDirectory(members.directory)
        }
    }

    /// Writes down that a container has joined; the undo takes it back.
    func add(_ id: String, _ store: ContainerStore, on stage: Stage) throws {
        let section = try store.section()
        try Files.makeDirectory(directory)
        let file = directory.appending(id)
        try Files.write("", to: file)
        withExtendedLifetime(section) {}
        stage.undo.push("leave the members of the network") {
            try Files.removeTree(file)
            // Fails as long as there are others.
            try? Files.removeDirectory(directory)
        }
    }
}
