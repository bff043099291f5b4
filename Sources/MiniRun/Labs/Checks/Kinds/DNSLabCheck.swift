import Namespaces
import NetSetup
import SystemPackage

/// `dns`: what a name stands for, asked as the node's resolv.conf says, or of one server.
struct DNSLabCheck: LabCheck {
    static let kind = "dns"
    static let members = ["from", "name", "type", "expect", "server"]

    /// What is asked for.
    enum RecordType: String, CaseIterable {
        case v4 = "A"
        case v6 = "AAAA"
    }

    /// What a lab wants to come of it.
    enum Expectation: Sendable, Hashable {
        case addresses(Set<IPAddress>)
        case anyAddress
        case noSuchName
        case failure
        /// Nobody answers, or there is no address in the answer.
        case nothing
    }

    let from: String
    let name: String
    let type: UInt16
    let expected: Expectation
    let server: NameServer?

    init(json: JSONValue) throws(JSONError) {
        from = try json.string("from")
        name = try json.string("name")
        guard NameQuestion(name) != nil else { throw JSONError("is no name: \(name.goQuoted)", path: "name") }
        expected = try json.member("expect", Self.expectation)
        var usual = RecordType.v4
        if case .addresses(let wanted) = expected, wanted.allSatisfy({ $0.family == .v6 }) { usual = .v6 }
        let type: RecordType = try json.word("type", usual: usual)
        self.type = type == .v4 ? DNSType.a : DNSType.aaaa
        server = try json.member(ifPresent: "server") { (value) throws(JSONError) in
            let text = try JSONValue.string(of: value)
            guard let server = NameServer(text) else { throw JSONError("is no address: \(text.goQuoted)") }
            return server
        }
    }

    private static func expectation(_ json: JSONValue) throws(JSONError) -> Expectation {
        if case .array = json {
            let list = try json.items { (value) throws(JSONError) -> IPAddress in try JSONValue.parsed(of: value) }
            guard !list.isEmpty else { throw JSONError("is empty") }
            return .addresses(Set(list))
        }
        let text = try JSONValue.string(of: json)
        let words: [String: Expectation] = [
            "NXDOMAIN": .noSuchName, "SERVFAIL": .failure, "nothing": .nothing, "ok": .anyAddress,
        ]
        if let word = words[text] { return word }
        guard let address = IPAddress(text) else {
            throw JSONError("is no address and none of NXDOMAIN, SERVFAIL, nothing, ok: \(text.goQuoted)")
        }
        return .addresses([address])
    }

    func look(at world: LabWorld) throws -> LabFinding {
        let node = try world.node(from)
        let resolver = ResolverConfiguration(parsing: node.resolver ?? "")
        let servers = server.map { [$0] } ?? resolver.servers
        guard !servers.isEmpty else {
            return LabFinding(
                expected == .nothing, Phrase("\(from) knows no name server", "\(from) 没有可用的域名服务器"))
        }
        // As resolv.conf(5) has it: a name without a dot is tried with the search list first.
        let names = name.contains(".") ? [name] : resolver.search.map { "\(name).\($0)" } + [name]
        var last: Answer?
        for name in names {
            let answer = try ask(name, servers, from: node)
            if last == nil || !answer.addresses.isEmpty || answer.code != .noSuchName { last = answer }
            if !answer.addresses.isEmpty || answer.code == nil { break }
        }
        guard let answer = last else { return LabFinding(false, LabCheckWords.silence) }
        return LabFinding(admits(answer), LabCheckWords.attempt(from, name, answer.words))
    }

    /// What a server said; no code where none did.
    private struct Answer {
        var code: DNSCode?
        var addresses: [IPAddress]

        var words: Phrase {
            if !addresses.isEmpty {
                let list = addresses.map(\.description).joined(separator: ", ")
                return Phrase(list, list)
            }
            return switch code {
            case nil: Phrase("no name server answers", "没有域名服务器应答")
            case .noSuchName: Phrase("NXDOMAIN", "NXDOMAIN")
            case .failure: Phrase("SERVFAIL", "SERVFAIL")
            case .refused: Phrase("REFUSED", "REFUSED")
            default: Phrase("an answer without an address", "应答中没有地址")
            }
        }
    }

    private func ask(_ name: String, _ servers: [NameServer], from node: LabNode) throws -> Answer {
        guard let question = NameQuestion(name, type: type) else { return Answer(code: .noSuchName, addresses: []) }
        let answers = try question.ask(servers, in: node.namespace.descriptor, milliseconds: 1000)
        guard let message = servers.lazy.compactMap({ answers[$0] }).first else { return Answer(addresses: []) }
        let addresses = message.answers.filter { $0.type == type }.compactMap { IPAddress(bytes: $0.data) }
        return Answer(code: message.header.code, addresses: addresses)
    }

    private func admits(_ answer: Answer) -> Bool {
        switch expected {
        case .addresses(let wanted): Set(answer.addresses) == wanted
        case .anyAddress: !answer.addresses.isEmpty
        case .noSuchName: answer.code == .noSuchName
        case .failure: answer.code == .failure
        case .nothing: answer.code == nil || answer.code == .success && answer.addresses.isEmpty
        }
    }
}

extension LabNode {
    /// Its resolv.conf; of a mere name that which `ip netns exec` puts there, if there is one.
    fileprivate var resolver: String? {
        if process == nil, let own = try? Files.text(FilePath("/etc/netns/\(name)/resolv.conf")) { return own }
        return try? file(ContainerResolver.hostPath, limit: 1 << 16).map { String(decoding: $0.content, as: UTF8.self) }
    }
}
