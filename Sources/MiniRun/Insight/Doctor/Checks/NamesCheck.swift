import Namespaces
import NetSetup

/// Are names found?
struct NamesCheck: Check {
    static let number = 16
    static let id = "names"
    static let title = "Does the container find names, its siblings' and the world's?"

    func look(at patient: Patient) throws -> Finding {
        guard !patient.endpoints.isEmpty else { return .skip(DoctorWords.inNoNetwork) }
        let file = patient.host.store.directory(of: patient.record.id).appending("resolv.conf")
        guard let text = try Files.text(ifPresent: file) else {
            return .skip(Phrase("it has no resolv.conf of minirun's", "它的 resolv.conf 不是 minirun 写的"))
        }
        let servers = ResolverConfiguration(parsing: text).servers
        let address = ContainerResolver.embeddedServer
        // A restart leaves what somebody has changed.
        let rewrite = Phrase.verbatim(
            "minirun exec \(patient.name.shellQuoted) sh -c 'echo nameserver \(address) >/etc/resolv.conf'")
        guard !servers.isEmpty else {
            return .fail(
                Phrase("its resolv.conf names no server", "它的 resolv.conf 没有写明域名服务器"), mend: rewrite)
        }
        if let wrong = servers.first(where: { $0.address.isLoopback && $0.address != address }) {
            let isStub = wrong.address == IPAddress(v4: 0x7f00_0035)
            return .fail(
                Phrase(
                    "its resolv.conf asks \(wrong)\(isStub ? ", which systemd-resolved has on the host alone" : "")"
                        + ": inside nobody is there",
                    "它的 resolv.conf 询问 \(wrong)\(isStub ? "（systemd-resolved 的地址，只在主机上）" : "")：容器内那里无人应答"),
                mend: rewrite)
        }
        guard servers.contains(NameServer(address)) else {
            let list = servers.map(\.description).joined(separator: ", ")
            return .pass(Phrase("asks \(list), who know no containers", "询问 \(list)，它们不认识容器"))
        }
        return .pass(Phrase("asks \(address)", "询问 \(address)"))
    }

    func probe(_ patient: Patient) throws -> Finding? {
        let file = patient.host.store.directory(of: patient.record.id).appending("resolv.conf")
        let server = NameServer(ContainerResolver.embeddedServer)
        guard let namespace = patient.namespace, let text = try Files.text(ifPresent: file),
            ResolverConfiguration(parsing: text).servers.contains(server),
            let question = NameQuestion(patient.endpoints.first?.names.first ?? patient.name)
        else { return nil }
        guard try !question.ask([server], in: namespace.descriptor, milliseconds: 1000).isEmpty else {
            return .fail(
                Phrase("its name server at \(server) does not answer", "它的域名服务器 \(server) 没有应答"),
                mend: patient.restart)
        }
        guard patient.endpoints.contains(where: { !patient.isInternal($0) }) else {
            return .pass(Phrase("\(server) answers; its networks have no way out", "\(server) 有应答；它的网络不通外网"))
        }
        return try Self.upstream(
            ResolverConfiguration(parsing: patient.resolverSource).servers, after: [Self.answers("\(server)")])
    }

    /// The servers that are asked for the names of the world, from the host's side.
    static func upstream(_ servers: [NameServer], after first: [Phrase] = []) throws -> Finding {
        guard !servers.isEmpty else {
            return .pass((first + [Phrase("the host has no server for other names", "主机没有解析其他名字的服务器")]).joined())
        }
        let answers = try NameQuestion(".", type: 2)?.ask(servers, milliseconds: 1000) ?? [:]
        let list = servers.map(\.description).joined(separator: ", ")
        guard !answers.isEmpty else {
            return .fail(
                Phrase("for names outside its networks nobody answers (\(list))", "网络之外的名字无人解析（\(list)）"),
                mend: Phrase("edit \(ContainerResolver.hostPath)", "修改 \(ContainerResolver.hostPath)"))
        }
        return .pass((first + answers.keys.map(\.description).sorted().map(Self.answers)).joined())
    }

    private static func answers(_ server: String) -> Phrase { Phrase("\(server) answers", "\(server) 有应答") }
}

extension Patient {
    /// A resolv.conf that names the servers which its own server asks.
    fileprivate var resolverSource: String {
        let configuration = try? ContainerConfiguration(record.request)
        let overrides = (try? configuration?.resolver(host.settings)) ?? ResolverOverrides()
        return ContainerResolver.upstream(host: HostFiles.resolver, overrides: overrides)
            .map { "nameserver \($0)\n" }.joined()
    }
}
