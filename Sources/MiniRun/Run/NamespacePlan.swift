import Namespaces
import NetSetup
import SystemPackage

/// Which namespaces a container gets new, which it shares with whom, and whose ids it runs under.
///
/// The user namespace follows the network namespace: rights over a network are rights of the user namespace that owns it,
/// so a container in the host's network is in the host's user namespace too, and one that joins another joins both.
struct NamespacePlan {
    /// To be made.
    var new: Set<NamespaceKind>
    /// To be entered.
    var joins: [SpawnStep.Join] = []
    /// How ids inside stand for ids here; the identity without a user namespace of its own.
    var map: IDMap
    /// Whether its view of control groups begins at its own.
    var hidesControlGroups = false
    /// How many ids of its own it wants, which no other container has (`--userns auto`); its map is chosen at the start.
    var ownRange: UInt32?
    /// Whether the host's user namespace is shared.
    var sharesHostUsers = false
    /// The living container whose network is joined.
    var networkDonor: ContainerRecord?
    /// Sentences for standard error.
    var notices: [String] = []

    /// Whether the network is another one than the host's.
    var hasOwnNetwork: Bool { new.contains(.network) || joins.contains { $0.kind == .network } }

    /// Decides for a configuration; `kept` is a network that the container had before. Throws Docker's sentences for
    /// combinations that cannot be, and for donors that do not run.
    init(_ configuration: ContainerConfiguration, containers: ContainerStore, kept: KeptNetwork? = nil) throws {
        new = [.mount, .uts, .ipc, .pid, .network]
        map = try IDMap.current().identityOverInside
        if configuration.uts == .host { new.remove(.uts) }

        var owners: [UserOwner] = []
        var hostReasons: [String] = []
        if let kept {
            // Who joined another's network follows the other, should that have a new one by now.
            var attempt = self
            var (others, reasons): ([UserOwner], [String]) = ([], [])
            if kept.donor != nil, (try? attempt.decideNetwork(configuration, containers, &others, &reasons)) != nil {
                self = attempt
                owners = others
            } else {
                join(kept, &owners)
            }
        } else {
            try decideNetwork(configuration, containers, &owners, &hostReasons)
        }
        try decideProcesses(configuration, containers, &owners, &hostReasons)
        try decideIPC(configuration, containers, &owners)
        if configuration.request.privileged { hostReasons.append("--privileged") }
        try decideUsers(configuration, owners, hostReasons, isNew: kept == nil)
        hidesControlGroups = try CgroupView.isPrivate(configuration)
    }

    /// The user namespace that owns what is joined.
    private struct UserOwner {
        var of: String
        var handle: NamespaceHandle
        var path: String
        var map: IDMap
    }

    private mutating func decideNetwork(
        _ configuration: ContainerConfiguration, _ containers: ContainerStore, _ owners: inout [UserOwner],
        _ hostReasons: inout [String]
    ) throws {
        switch configuration.network {
        case .bridge, .none, .network: break
        case .host:
            new.remove(.network)
            if configuration.userns.isOwn {
                throw UsageError("cannot share the host's network namespace when user namespaces are enabled")
            }
            hostReasons.append("--net host")
        case .container(let reference):
            let donor = try Self.donor(reference, of: "network", containers, own: configuration.name)
            networkDonor = try Self.owner(ofNetworkIn: donor.record, containers)
            try join(.network, of: donor, &owners)
        case .path(let path):
            try join(networkAt: path, &owners)
        }
    }

    private mutating func decideProcesses(
        _ configuration: ContainerConfiguration, _ containers: ContainerStore, _ owners: inout [UserOwner],
        _ hostReasons: inout [String]
    ) throws {
        switch configuration.pid {
        case .new: break
        case .host:
            new.remove(.pid)
            if configuration.userns.isOwn {
                throw UsageError("cannot share the host PID namespace when user namespaces are enabled")
            }
            hostReasons.append("--pid host")
        case .container(let reference):
            let donor = try Self.donor(reference, of: "PID", containers, own: configuration.name)
            try join(.pid, of: donor, &owners)
        }
    }

    private mutating func decideIPC(
        _ configuration: ContainerConfiguration, _ containers: ContainerStore, _ owners: inout [UserOwner]
    ) throws {
        switch configuration.ipc {
        case .new, .shareable, .none: break
        case .host: new.remove(.ipc)
        case .container(let reference):
            let donor = try Self.donor(reference, of: "IPC", containers, own: configuration.name)
            try join(.ipc, of: donor, &owners)
        }
    }

    private mutating func decideUsers(
        _ configuration: ContainerConfiguration, _ owners: [UserOwner], _ hostReasons: [String], isNew: Bool
    ) throws {
        if let owner = owners.first {
            // What it had before, it was asked for with the same words.
            if isNew, configuration.userns != .new, configuration.userns.isOwn {
                throw UsageError(
                    "conflicting options: \(owner.of) has a user namespace already, so there can be no other: "
                        + "leave out --userns, --uidmap and --gidmap")
            }
            for other in owners where try !other.handle.isSame(as: owner.handle) {
                throw UsageError(
                    "conflicting options: \(owner.of) and \(other.of) belong to different user namespaces; "
                        + "join the namespaces of one container")
            }
            if let reason = hostReasons.first, try !owner.handle.isSame(as: NamespaceHandle(.user)) {
                throw UsageError("conflicting options: \(reason) and \(owner.of) belong to different user namespaces")
            }
            if try owner.handle.isSame(as: NamespaceHandle(.user)) {
                shareHostUsers(because: owner.of, configuration)
            } else {
                joins.append(.init(.user, owner.handle, path: owner.path))
                map = owner.map
            }
        } else if configuration.userns == .host || sharesHostUsers {
            sharesHostUsers = true
        } else if let reason = hostReasons.first {
            if configuration.userns.isOwn {
                throw UsageError(
                    "privileged mode is incompatible with user namespaces. You must run the container in the host "
                        + "namespace when running privileged mode")
            }
            shareHostUsers(because: reason, configuration)
        } else {
            new.insert(.user)
            try decideMap(configuration.userns)
        }
    }

    private mutating func decideMap(_ mode: UserNamespaceMode) throws {
        switch mode {
        case .automatic, .new, .host: map = try SubordinateIDs.mapForContainer()
        case .mapped(let wanted): map = wanted
        case .ownRange(let count):
            ownRange = count ?? SubordinateIDs.blockSize
            map = try SubordinateIDs.mapForContainer()
        case .keepID(let uid, let gid):
            let caller = try Caller.current()
            map = try SubordinateIDs.mapForContainer().admitting(
                caller, asUser: uid ?? caller.uid, group: gid ?? caller.gid)
        }
    }

    private mutating func shareHostUsers(because reason: String, _ configuration: ContainerConfiguration) {
        sharesHostUsers = true
        if configuration.userns != .host {
            let notice = Phrase(
                "\(reason) implies --userns host: root in this container is root on the host",
                "\(reason) 意味着 --userns host：此容器中的 root 就是主机的 root")
            notices.append("NOTICE: \(notice)")
        }
    }

    // MARK: Joining

    private struct Donor {
        var record: ContainerRecord
        var pid: Int32
        var map: IDMap
    }

    /// The living container that gives its `kind` namespace; `own` is the name of the one that asks.
    private static func donor(
        _ reference: String, of kind: String, _ containers: ContainerStore, own: String?
    ) throws -> Donor {
        if reference == own { throw UsageError("cannot join own \(kind) namespace") }
        let prefix = "joining \(kind) namespace of container: "
        let donor: Container
        do { donor = try containers.find(reference) } catch { throw UsageError("\(prefix)\(error)") }
        guard donor.isRunning, let process = donor.record.process, process.isAlive else {
            throw UsageError(
                "cannot join \(kind) namespace of a non running container: container \(reference) is \(donor.state)")
        }
        return Donor(record: donor.record, pid: process.pid, map: try IDMap.of(process: process.pid))
    }

    /// Whose network a container is in: its own, or that of the one that it has joined.
    private static func owner(
        ofNetworkIn record: ContainerRecord, _ containers: ContainerStore
    ) throws -> ContainerRecord {
        var owner = record
        var seen: Set<String> = [owner.id]
        while case .container(let reference) = try NetworkMode(parsing: owner.network.mode) {
            let next = try? containers.find(reference).record
            // A name may be another one's by now, even of one that has joined this one.
            guard let next, seen.insert(next.id).inserted else {
                throw UsageError(
                    "cannot join network of container \(record.name): the container whose network it is in is gone "
                        + "(\(reference))")
            }
            owner = next
        }
        return owner
    }

    private mutating func join(_ kind: NamespaceKind, of donor: Donor, _ owners: inout [UserOwner]) throws {
        new.remove(kind)
        joins.append(
            .init(kind, try NamespaceHandle(kind, of: donor.pid), path: "/proc/\(donor.pid)/ns/\(kind.procName)"))
        owners.append(
            UserOwner(
                of: "container \(donor.record.name)", handle: try NamespaceHandle(.user, of: donor.pid),
                path: "/proc/\(donor.pid)/ns/user", map: donor.map))
    }

    private mutating func join(_ kept: KeptNetwork, _ owners: inout [UserOwner]) {
        networkDonor = kept.donor
        new.remove(.network)
        joins.append(.init(.network, kept.network, path: kept.path))
        guard let user = kept.user else {
            sharesHostUsers = true
            return
        }
        owners.append(UserOwner(of: "its network", handle: user, path: kept.userPath, map: kept.map))
    }

    private mutating func join(networkAt path: String, _ owners: inout [UserOwner]) throws {
        let handle: NamespaceHandle
        do { handle = try NamespaceHandle(path: FilePath(path)) } catch {
            throw UsageError("joining network namespace \(path): \(KernelError.words(error.errno))")
        }
        guard handle.kind() == .network else {
            throw UsageError(
                "joining network namespace \(path): it is not one; a handle that outlived its process is an empty file")
        }
        new.remove(.network)
        joins.append(.init(.network, handle, path: path))
        let owner = try handle.owningUserNamespace()
        if try owner.isSame(as: NamespaceHandle(.user)) {
            owners.append(UserOwner(of: "--net ns:\(path)", handle: owner, path: "/proc/self/ns/user", map: map))
            return
        }
        guard let pid = try owner.anyProcess() else {
            throw UsageError(
                "joining network namespace \(path): no process is left in the user namespace that it belongs to")
        }
        owners.append(
            UserOwner(
                of: "--net ns:\(path)", handle: owner, path: "/proc/\(pid)/ns/user", map: try IDMap.of(process: pid)))
    }
}

extension NamespaceHandle {
    /// Some process that is in this user namespace: a search through /proc, for the rare case that nobody's name is known.
    fileprivate func anyProcess() throws(KernelError) -> Int32? {
        for name in try Files.names(in: "/proc") {
            guard let pid = Int32(name), let other = try? NamespaceHandle(.user, of: pid) else { continue }
            if try isSame(as: other) { return pid }
        }
        return nil
    }
}
