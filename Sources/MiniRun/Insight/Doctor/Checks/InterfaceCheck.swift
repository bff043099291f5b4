import Namespaces
import NetSetup

/// Is the interface inside what it was made?
struct InterfaceCheck: Check {
    static let number = 4
    static let id = "interface"
    static let title = "Has the container its interfaces, with their addresses, and nobody else these addresses?"

    func look(at patient: Patient) throws -> Finding {
        if let fault = try Self.joined(patient) { return fault }
        guard let inside = patient.inside else { return .skip(DoctorWords.inNoNetwork) }
        var seen: [String] = []
        for endpoint in patient.endpoints {
            if let difference = patient.differences(endpoint).first(where: { $0.property != .mtu }) {
                let deviation = Deviation(.container(patient.name), endpoint.interface, difference)
                var mend = difference.mend
                // The default route goes with the address that is taken away.
                if difference.property == .address { mend?.gateway = endpoint.gateway }
                return .fail(
                    deviation.statement, mend: mend?.commands(after: patient.enter) ?? DoctorWords.repair)
            }
            // A cable has no carrier when its other end is down, which is another check's; a macvlan when its parent is.
            if let link = inside.link(named: endpoint.interface), !link.hasCarrier, endpoint.driver != .macvlan,
                patient.cable(endpoint)?.isUp == true
            {
                return .fail(DoctorWords.hasNoCarrier(link.name), mend: DoctorWords.repair)
            }
            seen.append("\(endpoint.interface) \(endpoint.addresses.map(\.description).joined(separator: " "))")
        }
        for plug in patient.network.plugs {
            if let difference = ContainerVerification.expected(plug, of: patient.network).differences(from: inside)
                .first
            {
                let deviation = Deviation(.container(patient.name), plug.interface, difference)
                return .fail(
                    deviation.statement,
                    mend: difference.mend?.commands(after: patient.enter)
                        ?? .verbatim(ContainerVerification.renewal(of: plug, in: patient.network)))
            }
            seen.append(([plug.interface] + plug.addresses.map(\.description)).joined(separator: " "))
        }
        if patient.record.network.isPrivate, inside.link(named: "lo")?.isUp == false {
            return .fail(DoctorWords.isDown("lo"), mend: .verbatim("\(patient.enter) ip link set dev lo up"))
        }
        return seen.isEmpty ? .skip(DoctorWords.inNoNetwork) : .pass(.verbatim(seen.joined(separator: ", ")))
    }

    /// What is wrong with the one whose network it has joined: the network lives on with whoever is in it, but nobody
    /// publishes its ports any more, nor serves names in it. Throws what keeps us from reading of it.
    private static func joined(_ patient: Patient) throws -> Finding? {
        let donor: Container
        do {
            guard let found = try patient.donor?.get() else { return nil }
            donor = found
        } catch let gone as NoSuchContainer {
            let id = ContainerID.short(gone.reference)
            return .fail(
                Phrase(
                    "the container whose network it has joined is gone (\(id))", "它加入了另一个容器的网络，而那个容器已不存在（\(id)）"),
                mend: Phrase(
                    "remove it, and run it with --network container:NAME of one that runs",
                    "删除它，再用 --network container:名称 加入一个正在运行的容器"))
        }
        let name = donor.record.name
        guard donor.isWatched else {
            return .fail(
                Phrase(
                    "\(name), whose network it has joined, does not run: nobody looks after that network",
                    "它加入了 \(name) 的网络，而 \(name) 没有运行：没有人照看这个网络"),
                mend: .verbatim("minirun start \(name.shellQuoted)"))
        }
        guard let process = donor.record.process, let own = patient.inside?.inode,
            let its = try? NamespaceHandle(.network, of: process.pid).inode(), process.isAlive, own != its
        else { return nil }
        return .fail(
            Phrase("it is in an earlier network of \(name)", "它仍在 \(name) 以前的网络中"), mend: patient.restart)
    }

    func probe(_ patient: Patient) throws -> Finding? {
        for sent in try patient.addressQuestions() {
            guard let other = sent.answers(firstIsEnough: true).first else { continue }
            let address = sent.question.target
            return .fail(
                Phrase("\(address) is also \(other)'s", "\(address) 也被 \(other) 使用"),
                mend: .verbatim("bridge fdb show | grep \(other)"))
        }
        return nil
    }
}
