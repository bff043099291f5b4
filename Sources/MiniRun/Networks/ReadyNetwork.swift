import Namespaces
import NetSetup
import SystemPackage

/// A network as a start finds it: what is written of it, what its driver is told, and what is missing in the kernel.
struct ReadyNetwork {
    /// What is written down; of the default network, what the settings and the kernel say.
    let record: NetworkRecord
    /// What connects a container.
    let driver: Driver
    /// The packet size of its containers, in bytes.
    let mtu: Int
    /// How the interfaces inside are called: `eth`.
    var interfacePrefix = "eth"
    /// What has to be done before a container can be connected; little when all is there.
    var steps: [any Step] = []
    /// Held while the network is made; left on the stage, where the step that makes it lets go of it.
    var lock: NetworkLock?
    /// The host's own macvlan, by which it and the containers of a macvlan network reach each other.
    var shim: HostShim?
    /// Sentences for standard error.
    var notices: [String] = []

    /// What a container hangs on.
    enum Driver {
        /// A bridge of the host, which in an overlay network reaches over other hosts' bridges.
        case bridge(BridgeOptions)
        /// An interface of the host.
        case macvlan(MacvlanOptions)
    }

    /// The interface of the host that containers hang on.
    var link: String {
        switch driver {
        case .bridge: record.bridgeName
        case .macvlan(let options): options.parent
        }
    }

    /// The directory of its leases.
    func leases(_ paths: StatePaths) -> FilePath { paths.leases(of: record.leaseName) }

    /// The options of a bridge; nil for a network of another kind.
    var bridge: BridgeOptions? {
        if case .bridge(let options) = driver { return options }
        return nil
    }

    /// Whether a container takes the place of the parent.
    var isPassthru: Bool {
        if case .macvlan(let options) = driver { return options.mode == .passthru }
        return false
    }

    /// Whether its containers may not talk to each other.
    var isIsolated: Bool {
        switch driver {
        case .bridge(let options): !options.interContainer
        case .macvlan: false
        }
    }

    /// The host address of ports that are published without one.
    var hostBinding: IPAddress? { bridge?.hostBinding }

    /// Whether ports can be published to its containers, and packets leave it through the host.
    var isRouted: Bool { !record.isInternal && bridge != nil }
}

extension ReadyNetwork {
    /// Looks networks up for a start, or for a preview, which holds no lock and leaves no trace.
    struct Finder {
        let store: NetworkStore
        let settings: NetworkSettings
        let socket: NetlinkSocket
        /// How bridges that are missing are going to be made.
        let locking: NetworkSetup.Locking

        /// A look at what the administrator wants. Throws `CorruptFile`, `UsageError`.
        init(_ paths: StatePaths, locking: NetworkSetup.Locking = .step, _ socket: NetlinkSocket) throws {
            store = NetworkStore(paths)
            settings = try NetworkSettings.read(paths.configuration)
            self.socket = socket
            self.locking = locking
        }

        /// Plans what is missing of a network. Throws ``NoSuchNetwork``, `UnusableBridge`,
        /// `AddressPools.Exhausted`, `NetlinkError`, `KernelError`.
        func find(_ reference: String) throws -> ReadyNetwork {
            guard DefaultNetwork.isMeant(by: reference) else {
                let record = try store.find(reference)
                do { return try ready(record, locking) } catch is NetlinkError {
                    // Its bridge has gone between two questions: somebody is removing it. Once that is done, look again.
                    try withExtendedLifetime(store.section()) {}
                    return try ready(store.find(reference), locking)
                }
            }
            let found = try DefaultNetwork.find(settings, store, locking: locking, socket)
            var network = try ready(found.record, found.lock == nil ? locking : .caller)
            network.lock = found.lock
            network.notices = found.notices
            return network
        }

        private func ready(_ record: NetworkRecord, _ locking: NetworkSetup.Locking) throws -> ReadyNetwork {
            switch record.driver {
            case .macvlan: return try macvlan(record)
            default:
                let setup = try NetworkSetup(record, paths: store.paths, locking: locking, socket)
                return ReadyNetwork(
                    record: record, driver: .bridge(setup.options), mtu: setup.mtu,
                    interfacePrefix: setup.options.interfacePrefix, steps: setup.steps)
            }
        }

        private func macvlan(_ record: NetworkRecord) throws -> ReadyNetwork {
            let options = try MacvlanOptions(record)
            let parent = try MacvlanMode.parent(named: options.parent, socket)
            let mtu = options.mtu ?? parent.mtu
            let own = try socket.addresses(of: parent.index).map(\.prefix.address)
            var network = ReadyNetwork(
                record: record.keepingFree(own), driver: .macvlan(options), mtu: mtu,
                interfacePrefix: options.interfacePrefix)
            if wantsShim(record, options, own) {
                let shim = HostShim(networkID: record.id, parent: options.parent, mtu: options.mtu)
                network.shim = shim
                network.steps = [shim]
            }
            return network
        }

        /// Unless said otherwise, when the host has an address that containers could want to talk to.
        private func wantsShim(_ record: NetworkRecord, _ options: MacvlanOptions, _ own: [IPAddress]) -> Bool {
            switch options.hostShim {
            case .yes: return true
            case .no: return false
            case .auto:
                guard options.mode == .bridge, !record.isInternal else { return false }
                return record.subnets.contains { subnet in own.contains { subnet.subnet.contains($0) } }
            }
        }
    }

    /// Makes sure that the network stays as long as the stage is not unwound. Throws ``NoSuchNetwork`` when somebody has just
    /// removed it.
    func join(_ paths: StatePaths, on stage: Stage) throws {
        if let lock { stage.leave(lock) }
        let membership = try NetworkMembership.join(record, NetworkStore(paths))
        stage.undo.push("leave network \(record.name)", of: leases(paths).string) { membership.release() }
    }
}
