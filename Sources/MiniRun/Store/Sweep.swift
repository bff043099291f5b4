import CShim
import Namespaces
import NetSetup
import SystemPackage

/// Clears away what supervisors left that were killed. The kernel has taken back what misleads anybody; what remains are
/// elements of the firewall's maps that answer nobody, and files.
struct Sweep {
    private let store: ContainerStore

    init(_ store: ContainerStore) { self.store = store }

    /// Sweeps every container whose directory nobody has locked. One that somebody else is sweeping is passed over; one
    /// whose record cannot be read is named and left, and never takes the rest down.
    func run() throws {
        try store.checkOwner()
        for id in try store.dead() {
            do { try sweep(id) } catch let damage as CorruptFile { StandardError.write("minirun: \(damage)\n") }
        }
    }

    private func sweep(_ id: String) throws {
        let section = try FileLock.enter(store.paths.lock)
        defer { withExtendedLifetime(section) {} }
        guard try !FileLock.isHeld(store.paths.container(id)) else { return }
        let record = try store.record(id)
        if let process = record?.process, process.isAlive { kill(process.pid, SIGKILL) }
        try Files.removeTree(store.paths.layer(id))
        if let name = record?.name, try StateFile.text(store.paths.name(name)) == id {
            try Files.removeTree(store.paths.name(name))
        }
        if let record, !record.publications.isEmpty {
            let ports = PublishPorts(
                record.publications, to: record.network.address?.address, record.network.address6?.address)
            // Somebody has the port now: the record stays, so that a later sweep takes the element.
            guard try ports.sweep() else { return }
        }
        try Files.removeTree(store.paths.container(id))
    }
}
