import Namespaces
import NetSetup
import SystemPackage

/// `published`: a container's port is published under exactly these addresses of the host, and answers there.
struct PublishedLabCheck: LabCheck {
    static let kind = "published"
    static let members = ["container", "port", "host"]

    /// `192.168.66.11:8080`, `0.0.0.0:*`.
    struct Address: Sendable, Hashable {
        var address: IPAddress
        /// Nil for any.
        var port: UInt16?

        init(json: JSONValue) throws(JSONError) {
            let text = try JSONValue.string(of: json)
            let isAny = text.hasSuffix(":*")
            let target = try LabTarget.withPort(isAny ? .string(text.dropLast() + "1") : json)
            guard let address = IPAddress(target.host) else {
                throw JSONError("is no address with a port: \(text.goQuoted)")
            }
            self.address = address
            port = isAny ? nil : target.port
        }
    }

    let container: String
    let port: ContainerPort
    let addresses: [Address]

    init(json: JSONValue) throws(JSONError) {
        container = try json.string("container")
        port = try json.member("port") { (value) throws(JSONError) in
            let text = try JSONValue.plainText(of: value)
            do { return try ContainerPort(parsing: text) } catch { throw JSONError("is no port: \(error)") }
        }
        addresses = try json.member("host") { (list) throws(JSONError) in try list.items(Address.init(json:)) }
    }

    func look(at world: LabWorld) throws -> LabFinding {
        let record = try world.container(container).record
        var there = record.ports.filter { $0.container == port }
        // All addresses are those of both families; who writes of IPv4 alone means that as well.
        if !addresses.contains(where: { $0.address.family == .v6 }) {
            there.removeAll { $0.hostAddress == .unspecified(.v6) }
        }
        let shown = there.map { "\($0.hostAddress.bracketed):\($0.hostPort)" }.joined(separator: ", ")
        let seen =
            there.isEmpty
            ? Phrase("\(port) of \(container) is not published", "\(container) 的 \(port) 没有发布")
            : Phrase("\(port) of \(container) is published at \(shown)", "\(container) 的 \(port) 发布在 \(shown)")
        guard matches(there) else { return LabFinding(false, seen) }
        guard port.transport == .tcp, !there.isEmpty else { return LabFinding(true, seen) }
        let attempts = try there.map { try attempt($0, in: world) }
        let failures = attempts.filter { $0.outcome != .accepted }.map { attempt in
            LabCheckWords.attempt(attempt.from, attempt.to, attempt.outcome.words(accepted: Phrase("connected", "已连接")))
        }
        return LabFinding(failures.isEmpty, LabCheckWords.list([seen] + failures))
    }

    /// Each that is written is there, and no other.
    private func matches(_ there: [PublishedPort]) -> Bool {
        var left = there
        for wanted in addresses {
            guard
                let place = left.firstIndex(where: { port in
                    port.hostAddress == wanted.address && (wanted.port == nil || wanted.port == port.hostPort)
                })
            else { return false }
            left.remove(at: place)
        }
        return left.isEmpty
    }

    private struct Attempt {
        var from: String
        var to: String
        var outcome: ConnectionAttempt.Outcome
    }

    /// From the neighbour where it can be asked there, else from the host.
    private func attempt(_ published: PublishedPort, in world: LabWorld) throws -> Attempt {
        let host = try world.node(LabNode.host)
        let neighbour = try? world.node("ext")
        let survey = try? neighbour?.survey()
        var address = published.hostAddress
        var asker = host
        if address.isUnspecified {
            let seen = try host.survey().address(for: survey, address.family)
            address = seen ?? (address.family == .v4 ? IPAddress(v4: 0x7f00_0001) : IPAddress(v6: 0, 1))
        }
        let isNear = survey?.addresses.contains { !$0.prefix.address.isLoopback && $0.prefix.contains(address) } == true
        if let neighbour, isNear { asker = neighbour }
        let socket = try ProbeSocket(.tcp, to: address, published.hostPort, in: asker.namespace.descriptor)
        return Attempt(
            from: asker.name, to: "\(address.bracketed):\(published.hostPort)",
            outcome: socket.connect(milliseconds: 1000))
    }
}
