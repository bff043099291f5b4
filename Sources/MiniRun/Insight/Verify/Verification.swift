import CShim
import Namespaces
import NetSetup

/// `verify`: compares what the records say with what the kernel has, and makes right what somebody has changed by hand.
public struct Verification {
    private let paths: StatePaths

    /// For the containers and networks of these places.
    public init(_ paths: StatePaths) { self.paths = paths }

    /// What was found, and done.
    public struct Report: Sendable {
        /// What was made right.
        public var mended: [Deviation] = []
        /// What is not as it is written down.
        public var left: [Deviation] = []
        /// Why something could not be made right.
        public var failures: [Phrase] = []
        /// How much was compared.
        public var networks = 0
        /// How many containers were compared.
        public var containers = 0

        /// For programs.
        public var json: JSONValue {
            .record([
                "networks": .integer(Int64(networks)), "containers": .integer(Int64(containers)),
                "deviations": .array(left.map(\.json)), "mended": .array(mended.map(\.json)),
                "failures": failures.isEmpty ? nil : .strings(failures.map(\.english)),
            ])
        }

        /// For people.
        public var text: String {
            var lines = mended.map { VerifyWords.mended($0.sentence) }
            for deviation in left {
                lines.append(deviation.sentence)
                lines += deviation.mend.map(VerifyWords.mend)
            }
            lines += failures.map(VerifyWords.notMended)
            lines.append(VerifyWords.end(left: left.count, networks: networks, containers: containers))
            return lines.map(\.description).joined(separator: "\n")
        }
    }

    /// Compares. Throws `UsageError` without privilege, `KernelError`, `NetlinkError`.
    public func look() throws -> Report {
        try Privilege.check("verify needs root, to look into containers")
        let host = try InspectedHost(paths)
        var report = Report()
        report.left = try deviations(host)
        report.networks = try host.allNetworks().count
        report.containers = host.running.count
        return report
    }

    /// Compares, makes right what can be, and compares again: what was wrong may have hidden more. Throws as `look` does.
    public func repair() throws -> Report {
        var report = try look()
        var mended: [Deviation] = []
        var failures: [Phrase] = []
        for _ in 0..<4 where report.left.contains(where: { $0.remedy != nil }) {
            let before = report.left
            failures = before.compactMap { deviation in
                do { try mend(deviation) } catch { return deviation.failure(error) }
                return nil
            }
            report = try look()
            let keys = Set(report.left.map(\.key))
            let gone = before.filter { !keys.contains($0.key) }
            mended += gone
            if gone.isEmpty { break }
        }
        report.mended = mended
        report.failures = report.left.isEmpty ? [] : failures
        return report
    }

    private func mend(_ deviation: Deviation) throws {
        let stage = Stage()
        switch deviation.remedy {
        case nil: return
        case .host(let steps): for step in steps { try step.apply(on: stage) }
        case .inside(let process, let step):
            let namespace = try Self.network(of: process)
            stage.leave(HostNetlink(try NetlinkSocket(.route, in: namespace.descriptor)))
            try step.apply(on: stage)
        case .both(let process, let steps):
            stage.leave(ContainerNetlink(try Self.network(of: process)))
            for step in steps { try step.apply(on: stage) }
        }
    }

    private static func network(of process: ProcessIdentity) throws(KernelError) -> NamespaceHandle {
        let handle = try NamespaceHandle(.network, of: process.pid)
        guard process.isAlive else { throw KernelError("enter the container", .noSuchProcess) }
        return handle
    }

    private func deviations(_ host: InspectedHost) throws -> [Deviation] {
        let networks = try host.allNetworks()
        let bridged = networks.filter(\.hasBridge)
        let shared = bridged.isEmpty ? [] : try SharedVerification(host).deviations()
        return try shared + bridged.flatMap { try NetworkVerification(host, $0).deviations() }
            + host.running.flatMap { try ContainerVerification(host, $0).deviations() }
    }
}
