import CShim
import Namespaces
import NetSetup

/// Changing how containers are connected.
extension Lifecycle {
    /// `network connect`: at once for a container that runs, from its next start for another. Throws ``NoSuchNetwork``,
    /// `NoSuchContainer`, `ContainerConflict` with Docker's sentences.
    public func connect(_ attachment: NetworkAttachment, to reference: String) throws {
        switch attachment.network {
        case "host":
            throw ContainerConflict(
                "cannot connect container to host network - container must be created in host network mode")
        case "none":
            throw ContainerConflict(
                "container cannot be connected to multiple networks with one of the networks in private (none) mode")
        default: break
        }
        try attachment.check()
        let container = try store.find(reference)
        guard try ContainerConfiguration(container.record.request).network.isPrivate else {
            throw ContainerConflict.sharedNetwork
        }
        let network = try Self.network(attachment.network, store.paths)
        // One spelling, whatever the user wrote: an id is not to stand beside the name as a second wish.
        var attachment = attachment
        attachment.network = network.name
        if container.isWatched { return try ask(container, .connect(attachment)) }
        try store.update(container.record.id) { record in
            guard !record.isAttached(to: network) else {
                throw ContainerConflict("\(record.name) is already attached to network \(network.name)")
            }
            record.network.attachments.append(attachment)
        }
    }

    /// `network disconnect`, likewise.
    public func disconnect(_ reference: String, from name: String) throws {
        if name == "host" {
            throw ContainerConflict(
                "container cannot be disconnected from host network or connected to host network")
        }
        let container = try store.find(reference)
        let network: (id: String, name: String)
        do { network = try Self.network(name, store.paths) } catch let error as NoSuchNetwork {
            // Somebody has removed it while the container did not run, which now cannot start: this is the way out.
            guard let gone = container.record.lostNetwork(name) else { throw error }
            network = gone
        }
        guard container.record.isAttached(to: network) else {
            throw ContainerConflict("container \(container.record.name) is not connected to network \(network.name)")
        }
        if container.isWatched { return try ask(container, .disconnect(network: network.id)) }
        try store.update(container.record.id) { record in
            record.network.attachments.removeAll { $0.means(id: network.id, name: network.name) }
            record.network.endpoints.removeAll { $0.networkID == network.id }
        }
    }

    /// Publishes a port of a container that runs, in the words of `-p`.
    public func publish(_ specification: String, of reference: String) throws {
        _ = try PortSpecification.parse(specification)
        let container = try running(reference)
        try checkOwnsNetwork(container, "publish", specification)
        try ask(container, .publish(specification))
    }

    /// No longer publishes a port: `80`, `8080:80`, `80/udp`.
    public func unpublish(_ specification: String, of reference: String) throws {
        _ = try PortSpecification.parse(specification)
        let container = try running(reference)
        try checkOwnsNetwork(container, "unpublish", specification)
        try ask(container, .unpublish(specification))
    }

    /// Ports belong to a network namespace, and so to the container for which it was made: the refusal names that one.
    private func checkOwnsNetwork(_ container: Container, _ verb: String, _ port: String) throws {
        let name = container.record.name
        switch try NetworkMode(parsing: container.record.network.mode) {
        case .container(let owner):
            let owner = (try? store.find(owner))?.record.name ?? owner
            let command = "minirun \(verb) \(owner.shellQuoted) \(port.shellQuoted)"
            let hint = Phrase("ports are \(owner)'s: \(command)", "端口属于 \(owner)：\(command)")
            throw ContainerConflict("container \(name) has the network of container \(owner)\n\(hint)")
        case .host:
            let hint = Phrase(
                "whatever listens in it is open on the host already", "其中监听的端口已直接在主机上开放")
            throw ContainerConflict("container \(name) has the host's network: it has no ports to publish\n\(hint)")
        default: break
        }
    }

    private func running(_ reference: String) throws -> Container {
        let container = try store.find(reference)
        guard container.isWatched else { throw ContainerConflict(notRunning: container.record.id) }
        return container
    }

    private static func network(_ reference: String, _ paths: StatePaths) throws -> (id: String, name: String) {
        if DefaultNetwork.isMeant(by: reference) {
            return (PredefinedNetwork.id(DefaultNetwork.name), DefaultNetwork.name)
        }
        let record = try NetworkStore(paths).find(reference)
        return (record.id, record.name)
    }

    /// Has a container's supervisor do it, and waits for its answer. Throws `ContainerConflict` with the sentence that the
    /// supervisor gives.
    private func ask(_ container: Container, _ task: LiveTask) throws {
        let id = container.record.id
        let end = Moment.after(seconds: 10)
        while try store.isHeld(id) {
            // One that has just started listens in a moment.
            guard let connection = try ControlConnection.to(store.paths.control(id)) else {
                if end.hasCome { break }
                usleep(2000)
                continue
            }
            guard connection.send(.task(task)) else { continue }
            switch connection.receive(waits: true).message {
            case .answer(let refusal):
                if let refusal { throw ContainerConflict(refusal) }
                return
            default: throw ContainerConflict("the supervisor of container \(container.record.name) gave no answer")
            }
        }
        throw ContainerConflict(notRunning: id)
    }
}

extension ContainerRecord {
    /// A network that it is, or is to be, connected to, as its record knows it.
    fileprivate func lostNetwork(_ name: String) -> (id: String, name: String)? {
        if let endpoint = network.endpoints.first(where: { $0.network == name || $0.networkID == name }) {
            return (endpoint.networkID, endpoint.network)
        }
        return network.attachments.contains { $0.network == name } ? (name, name) : nil
    }

    /// Whether it is, or is to be, connected to a network.
    fileprivate func isAttached(to network: (id: String, name: String)) -> Bool {
        self.network.endpoint(in: network.id) != nil
            || self.network.attachments.contains { $0.means(id: network.id, name: network.name) }
    }
}
