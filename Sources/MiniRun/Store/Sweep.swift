import CShim
import Namespaces
import NetSetup
import SystemPackage

/// Clears away what supervisors left that were killed. The kernel has taken back what misleads anybody; what remains are
/// elements of the firewall's maps that answer nobody, files, and records that say of a container that it runs.
struct Sweep {
    private let store: ContainerStore

    init(_ store: ContainerStore) { self.store = store }

    /// Sweeps every container whose supervised directory nobody has locked. One that somebody else is sweeping is passed
    /// over; one that cannot be swept is told and left, and never takes the rest down.
    ///
    /// Returns those that are in the hands of living supervisors.
    @discardableResult
    func run() throws -> Set<String> {
        try store.checkOwner()
        var (held, abandoned): (Set<String>, [String]) = ([], [])
        for id in try store.ids(in: store.paths.supervised) {
            if try store.isHeld(id) { held.insert(id) } else { abandoned.append(id) }
        }
        tolerating { try Plugging.sweepBridges(store) }
        guard !abandoned.isEmpty else { return held }
        for id in abandoned {
            tolerating { try sweep(id) }
        }
        tolerating {
            for network in try Files.directories(in: store.paths.allLeases) {
                try AddressLease.sweep(in: store.paths.leases(of: network))
            }
        }
        tolerating { try ContainerNames.sweep(store) }
        tolerating {
            for place in [store.paths.passing, store.paths.kept] { try Files.sweepTemporaries(in: place.names) }
        }
        // Those who were killed may have been members of networks.
        tolerating {
            let section = try store.section()
            try Members.sweep(store)
            withExtendedLifetime(section) {}
        }
        return held
    }

    /// What cannot be swept is told, and is in nobody's way.
    private func tolerating(_ act: () throws -> Void) {
        do { try act() } catch { StandardError.write("minirun: \(error)\n") }
    }

    private func sweep(_ id: String) throws {
        let section = try store.section()
        defer { withExtendedLifetime(section) {} }
        guard try !store.isHeld(id) else { return }
        let volumes = Volumes(store.paths)
        guard let record = try store.record(id) else {
            let mounts = try MountNote.mounts(of: id, store.paths)
            endMemory(of: mounts)
            volumes.removeAnonymous(mounts, of: id)
            return try store.removeHeld(id)
        }
        if let process = record.process { try RunningProcess(process)?.signal(SIGKILL) }
        // Among them may be frozen ones, which do not die of a signal alone.
        if record.hasControlGroup { try? ControlGroup.existing(id, in: .read())?.end() }
        var lost = record
        lost.loseNetwork()
        let isClear = try sweepPorts(of: record)
        sweepShims(of: record)
        endMemory(of: record.mounts)
        if record.request.remove {
            // Somebody has a port now: the record stays, so that a later sweep takes the element.
            guard isClear else { return try hide(record) }
            // The record is the only note of them.
            volumes.removeAnonymous(record.mounts, of: id)
            return try store.removeHeld(id)
        }
        let code = try StateFile.text(store.paths.exitCode(id)).flatMap { Int32($0) }
        let swept = try store.update(id) { record in
            record.markGone(exitCode: code)
            (record.exposures, record.plugs) = (lost.exposures, lost.plugs)
            if isClear { record.publications = [] }
        }
        if record.process != nil { store.tellEnd(of: swept) }
        if isClear { try Files.removeTree(store.paths.supervised(id)) }
    }

    /// What its volumes in memory kept, the next container is not to see.
    private func endMemory(of mounts: [MountSpecification]) {
        for volume in mounts.volumes { tolerating { try Volumes(store.paths).endMemory(of: volume.source) } }
    }

    /// Whether nothing of its published ports is left.
    private func sweepPorts(of record: ContainerRecord) throws -> Bool {
        guard !record.publications.isEmpty else { return true }
        let publisher = record.network.publisher
        return try PublishPorts(record.publications, to: publisher).sweep { address in
            publisher.flatMap { lease(of: address, in: $0, for: record) }
        }
    }

    /// Takes back the host's ways over a shim to its addresses, but for those that somebody has by now: the way is his.
    private func sweepShims(of record: ContainerRecord) {
        for endpoint in record.network.endpoints where endpoint.driver == .macvlan {
            let shim = HostShim(networkID: endpoint.networkID, parent: endpoint.link).name
            for address in endpoint.publicAddresses {
                guard let lease = lease(of: address, in: endpoint, for: record) else { continue }
                try? ConnectShim.disconnect([address], from: shim, NetlinkSocket(.route))
                withExtendedLifetime(lease) {}
            }
        }
    }

    /// The hold on an address that a dead container had, so that nobody takes it meanwhile; nil when somebody has it.
    private func lease(of address: IPAddress, in endpoint: Endpoint, for record: ContainerRecord) -> AddressLease? {
        let subnet = endpoint.addresses.first { $0.address == address } ?? IPPrefix(address, length: 0)
        return subnet.flatMap { subnet in
            try? AddressLease.take(
                in: store.paths.leases(of: endpoint.leaseName), from: NetworkSubnet(subnet), wanted: address,
                holder: record.id)
        }
    }

    /// Takes away what is seen or heavy of a container that is only waited for because of its ports.
    private func hide(_ record: ContainerRecord) throws {
        let place = store.place(of: record.id)
        Volumes(store.paths).removeAnonymous(record.mounts, of: record.id)
        try store.update(record.id) { $0.mounts = [] }
        if try StateFile.text(place.name(record.name)) == record.id { try Files.removeTree(place.name(record.name)) }
        for part in ["upper", "work"] {
            try Files.removeTree(store.paths.kept.container(record.id).appending(part))
        }
    }
}

extension ContainerRecord {
    /// Its supervisor is gone without having written how it ended: killed, and the kernel ended its processes with it; or
    /// it could only leave the exit code.
    fileprivate mutating func markGone(exitCode: Int32?) {
        guard process != nil || supervisor != nil else { return }
        if process != nil {
            ended(code: exitCode ?? 128 + SIGKILL, outOfMemory: false)
            if exitCode == nil { state.error = "the minirun that watched over it was killed" }
        }
        supervisor = nil
        hasControlGroup = false
        state.isRestarting = false
        state.wish = .none
    }
}
