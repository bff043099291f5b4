import CShim
import Namespaces
import NetSetup
import SystemPackage

/// `plug` and `unplug`: an interface more for a running container, as pipework gives one.
public struct Plugging {
    private let store: ContainerStore
    private let voices: ExplainVoices?

    /// For the containers of this store.
    public init(_ paths: StatePaths, explain voices: ExplainVoices? = nil) {
        store = ContainerStore(paths)
        self.voices = voices
    }

    /// What the interface is to be connected to.
    private enum Socket {
        /// A bridge that is there.
        case bridge(Link)
        /// A bridge that is to be made.
        case newBridge
        /// A network card, on whose wire the interface is put.
        case card(Link)
    }

    /// Puts the interface in. Throws `UsageError`, `NoSuchContainer`, `ContainerConflict`, or with everything taken back
    /// `NetlinkError`.
    public func plug(_ request: PlugRequest) throws {
        try Privilege.check("plug needs root, to make the host's end of a network")
        _ = try Sweep(store).run()
        let lock = try enter()
        defer { withExtendedLifetime(lock) {} }
        let target = try NetworkTarget(request.container, in: store)
        try Self.checkOwnNetwork(of: target)
        let stage = Stage()
        let container = ContainerNetlink(target.namespace)
        stage.leave(container)
        let host = try HostNetlink.of(stage).socket
        let inside = try container.socket()
        let socket = try socket(named: request.bridge, host)
        let plug = try plan(request, socket, target, host, inside)

        try store.update(target.record.id) { $0.plugs.append(plug) }
        let isNew = if case .newBridge = socket { true } else { false }
        do {
            if isNew {
                try Files.makeDirectory(store.paths.pluggedBridges, mode: 0o700)
                try Files.write("", to: store.paths.pluggedBridges.appending(request.bridge))
            }
            try stage.apply(steps(plug, socket, target.record), explaining: voices, id: target.record.id)
            // A namespace that we hold open keeps what is put in, but nobody is there any more.
            guard target.process.isAlive else { throw ContainerConflict(notRunning: target.record.id) }
        } catch {
            stage.unwindTellingFailures()
            if isNew { try? Files.removeTree(store.paths.pluggedBridges.appending(request.bridge)) }
            _ = try? store.update(target.record.id) { $0.plugs.removeAll { $0 == plug } }
            throw error
        }
    }

    private func enter() throws -> FileLock {
        try store.checkOwner()
        try Files.makeDirectory(store.paths.state)
        return try FileLock.enter(store.paths.plugLock)
    }

    private static func checkOwnNetwork(of target: NetworkTarget) throws(ContainerConflict) {
        let name = target.record.name
        let (kind, other) = target.record.network.mode.cut(":")
        if let other {
            throw ContainerConflict(
                kind == "container"
                    ? "container \(name) uses the network of container \(ContainerID.short(other)): plug that one"
                    : "container \(name) is in the network namespace \(other), which is not its own")
        }
        if target.isHosts {
            throw ContainerConflict("container \(name) is in the host's network: there is nothing to plug in")
        }
    }

    private func socket(named name: String, _ host: NetlinkSocket) throws -> Socket {
        guard let link = try host.link(named: name) else {
            // The name becomes that of a file too.
            if name.begins(with: "br"), Link.isName(name) { return .newBridge }
            throw UsageError(
                "I do not know how to setup interface \(name): there is none, "
                    + "and only one whose name begins with br is made, as a bridge")
        }
        if link.kind == "bridge" { return .bridge(link) }
        if link.isLoopback {
            throw UsageError("I do not know how to setup interface \(name): it is a loopback interface")
        }
        if let master = link.master, let bridge = try host.links().first(where: { $0.index == master }) {
            throw UsageError("interface \(name) is a port of \(bridge.name): plug \(bridge.name)")
        }
        if link.isWireless {
            throw UsageError(
                "interface \(name) is wireless: an access point takes no frames with another address than the card's own"
            )
        }
        return .card(link)
    }

    private func plan(
        _ request: PlugRequest, _ socket: Socket, _ target: NetworkTarget, _ host: NetlinkSocket,
        _ inside: NetlinkSocket
    ) throws -> Plug {
        let present = try inside.links().filter { !$0.isLoopback }
        let interface = request.interface ?? (present.isEmpty ? "eth0" : "eth1")
        if present.contains(where: { $0.name == interface }) {
            throw ContainerConflict(
                "container \(target.record.name) has an interface \(interface) already: name another with -i")
        }
        var plug = Plug(interface: interface, bridge: request.bridge)
        plug.addresses = [request.address].compactMap(\.self)
        plug.gateway = request.gateway
        plug.mac = request.mac
        if let family = request.gateway?.family {
            let before = try inside.routes().filter { $0.isDefault && $0.destination.address.family == family }
                .min { $0.metric < $1.metric }
            plug.previousGateway = before?.gateway
            plug.previousInterface = present.first { $0.index == before?.link }?.name
        }
        if case .card = socket { return plug }
        let taken = Set(try host.links().map(\.name))
        if let name = request.hostInterface, taken.contains(name) {
            throw ContainerConflict("interface \(name) exists: name another with -l")
        }
        plug.hostInterface =
            request.hostInterface
            ?? (0..<100).lazy.map { "mp\(target.record.id.prefix(8))-\($0)" }.first { !taken.contains($0) }
        return plug
    }

    private func steps(_ plug: Plug, _ socket: Socket, _ record: ContainerRecord) -> [any Step] {
        var steps: [any Step] = []
        var mtu = 1500
        switch socket {
        case .newBridge:
            steps.append(
                CreateBridge(
                    name: plug.bridge, mac: .random(), mtu: mtu, addresses: [], hasIPv6: IPv6.isPresent(mtu: mtu)))
        case .bridge(let link), .card(let link):
            mtu = link.mtu
            if !link.isUp { steps.append(SetLinkUp(link.name)) }
        }
        if let end = plug.hostInterface {
            steps.append(
                CreateVeth(
                    hostName: end,
                    alternativeName: BridgeMode.alternativeName(container: record.name, interface: plug.interface),
                    bridge: plug.bridge, mtu: mtu, interface: plug.interface, mac: plug.mac ?? .random(),
                    port: BridgePort(hairpin: false), hasIPv6: IPv6.isPresent(mtu: mtu)))
        } else {
            steps.append(CreateMacvlan(parent: plug.bridge, interface: plug.interface, mac: plug.mac))
        }
        steps.append(ConfigurePlugged(interface: plug.interface, addresses: plug.addresses, gateway: plug.gateway))
        return steps
    }

    // MARK: Taking out

    /// Takes an interface out again, the only one when none is named, and the bridge with its last one if `plug` made it.
    /// The default route leads again where it did before. Returns the interface. Throws `NoSuchContainer`,
    /// `ContainerConflict`, `NetlinkError`.
    @discardableResult
    public func unplug(_ reference: String, _ interface: String?) throws -> String {
        try Privilege.check("unplug needs root, to change a container's network")
        _ = try Sweep(store).run()
        let lock = try enter()
        defer { withExtendedLifetime(lock) {} }
        let target = try NetworkTarget(reference, in: store)
        let plug = try Self.choose(interface, of: target.record)
        let inside = try NetlinkSocket(.route, in: target.namespace.descriptor)
        // Somebody has removed it by hand.
        try inside.request(.deleteLink(plug.interface).tolerating(.noSuchDevice))
        try store.update(target.record.id) { record in
            record.plugs.removeAll { $0.interface == plug.interface }
            for index in record.plugs.indices { record.plugs[index].inherit(from: plug) }
        }
        try restoreDefaultRoute(before: plug, inside)
        try Self.removeBridge(plug.bridge, store)
        return plug.interface
    }

    private static func choose(_ interface: String?, of record: ContainerRecord) throws(ContainerConflict) -> Plug {
        if let interface {
            if let plug = record.plugs.first(where: { $0.interface == interface }) { return plug }
            throw ContainerConflict("interface \(interface) was not plugged into container \(record.name)")
        }
        guard let plug = record.plugs.first else {
            throw ContainerConflict("nothing was plugged into container \(record.name)")
        }
        guard record.plugs.count == 1 else {
            let names = record.plugs.map(\.interface).joined(separator: ", ")
            throw ContainerConflict("container \(record.name) has several interfaces plugged in, name one: \(names)")
        }
        return plug
    }

    private func restoreDefaultRoute(before plug: Plug, _ inside: NetlinkSocket) throws {
        guard let gateway = plug.previousGateway, let name = plug.previousInterface,
            let link = try inside.link(named: name), link.isUp,
            try !inside.routes().contains(where: { $0.isDefault && $0.destination.address.family == gateway.family })
        else { return }
        try inside.request(.addRoute(via: gateway, on: link.index, named: name, replacing: true))
    }

    /// Removes the bridges that `plug` made and that nothing is plugged into any more: their containers have ended. Throws
    /// `KernelError`, `NetlinkError`.
    static func sweepBridges(_ store: ContainerStore) throws {
        let names = try Files.names(in: store.paths.pluggedBridges)
        guard !names.isEmpty else { return }
        // Whoever is just plugging something in has a bridge without a port for a moment.
        guard let lock = try FileLock.take(file: store.paths.plugLock, shared: false) else { return }
        defer { withExtendedLifetime(lock) {} }
        for name in names { try removeBridge(name, store) }
    }

    private static func removeBridge(_ name: String, _ store: ContainerStore) throws {
        let file = store.paths.pluggedBridges.appending(name)
        guard access(file.string, F_OK) == 0 else { return }
        let host = try NetlinkSocket(.route)
        let links = try host.links()
        if let bridge = links.first(where: { $0.name == name && $0.kind == "bridge" }) {
            if links.contains(where: { $0.master == bridge.index }) { return }
            // Somebody may have pulled a cable out of it by hand.
            let isWanted = try store.ids().contains { id in
                try store.isHeld(id) && store.record(id)?.plugs.contains { $0.bridge == name } == true
            }
            if isWanted { return }
            try host.request(.deleteLink(name))
        }
        try Files.removeTree(file)
    }
}
