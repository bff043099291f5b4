import CShim
import Namespaces
import NetSetup
import SystemPackage

/// What need not be on the way of a start: the specification for `inspect` and `exec`, what killed supervisors left, and a
/// look at other firewalls. Nothing of it is worth ending a container that runs.
struct Settling {
    let start: ContainerStart
    let life: ContainerStart.Life
    let stage: Stage

    /// All of it.
    func run() {
        announce()
        writeSpecification()
        tellExposure()
        warn()
        sweep()
    }

    /// Tells the neighbours who has the container's addresses now, where they may have learnt otherwise.
    func announce() {
        for connection in life.claims.connections where connection.network.shim == nil {
            try? connection.announcement.apply(on: stage)
        }
    }

    /// Says who can get at the published ports, where people read it and no program does.
    func tellExposure() {
        let record = life.plan.record
        guard isatty(2) == 1, !record.publications.isEmpty, let doors = try? HostDoors(start.store.paths) else {
            return
        }
        for reach in doors.reach(record.publications, of: record.name, through: record.network.publisher) {
            StandardError.write("\(reach.sentence())\n")
        }
    }

    /// `config.json`.
    func writeSpecification() {
        try? JSONFile.write(life.plan.specification, to: start.store.paths.specification(life.plan.record.id))
    }

    /// Clears away what killed supervisors have left.
    func sweep() { _ = try? Sweep(start.store).run() }

    /// Tells of firewalls that stand in the way, as long as somebody reads it.
    func warn() {
        guard let bridge = life.plan.record.network.endpoints.first(where: \.isBridged)?.link,
            let socket = try? HostNetfilter().socket
        else { return }
        for finding in (try? ForeignFirewall.findings(by: socket)) ?? [] {
            StandardError.write("WARNING: \(finding.warning(bridge: bridge))\n")
        }
    }
}
