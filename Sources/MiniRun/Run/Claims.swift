import Namespaces
import NetSetup
import SystemPackage

/// What a container holds against all others for as long as it lives: its name, its addresses, its host ports.
///
/// Each is a lock or a socket, so the kernel gives it back when the holder dies. They are taken first, because the rest of
/// the plan names them; `preview` chooses in the same way and holds nothing.
struct Claims {
    /// The container's id.
    let id: String
    /// Its name.
    let name: String
    /// The bridge it connects to.
    var bridge: BridgeNetwork?
    /// Its IPv4 address there.
    var address: IPAddress?
    /// Its ports on the host.
    var publications: [Publication] = []

    /// The chosen values as steps of a plan, for people to read.
    var steps: [any Step] {
        var steps: [any Step] = [HeldClaim.name(name, id: id)]
        if let address, let bridge { steps.append(HeldClaim.address(address, network: bridge.name)) }
        return steps + publications.map(HeldClaim.port)
    }

    // MARK: Taking

    /// Takes what a container that is held needs besides; each is left on the stage, with its reverse. `donor` is the
    /// container whose network it joins, `kept` a network that it had before.
    static func take(
        _ configuration: ContainerConfiguration, for held: HeldContainer, networkOf donor: ContainerRecord?,
        kept: KeptNetwork?, _ store: ContainerStore, on stage: Stage
    ) throws -> Claims {
        var claims = Claims(id: held.id, name: held.name)
        let leases = store.paths.leases(of: Self.network)
        if let donor {
            try Members(of: donor.id, store.paths).add(held.id, store, on: stage)
            // Whoever joins a network keeps its address from being given away, should the donor end first.
            if let address = donor.network.address?.address { try share(address, in: leases, on: stage) }
        }
        guard configuration.network == .bridge else { return claims }

        let socket = try HostNetlink.of(stage).socket
        try Files.makeDirectory(leases)
        let (bridge, lock) = try BridgeNetwork.find(
            Self.bridgeName, lockFile: leases.appending("bridge.lock"), socket)
        if let lock { stage.leave(lock) }
        claims.bridge = bridge

        let before = held.record?.network.address?.address
        if kept != nil, let before {
            try share(before, in: leases, on: stage)
            claims.address = before
        } else {
            let lease = try lease(configuration, bridge, before: before, in: leases, holder: held.id)
            stage.undo.push("give back the address \(lease.address)") { try lease.release() }
            claims.address = lease.address
        }

        let ports = HeldPorts(
            try portWishes(configuration).map { try PortReservation($0, families: families(of: bridge)) })
        stage.leave(ports)
        stage.undo.push("give back the host ports") { ports.release() }
        claims.publications = ports.publications
        return claims
    }

    private static func share(_ address: IPAddress, in leases: FilePath, on stage: Stage) throws {
        let lease = try AddressLease.share(address, in: leases)
        stage.undo.push("give back the address \(address)") { try lease.release() }
    }

    /// The wanted address, or the one that the container had before if that is still free, or any.
    private static func lease(
        _ configuration: ContainerConfiguration, _ bridge: BridgeNetwork, before: IPAddress?, in leases: FilePath,
        holder: String
    ) throws -> AddressLease {
        let wanted = try wantedAddress(configuration, bridge)
        if wanted == nil, let before {
            do {
                return try AddressLease.take(in: leases, gateway: bridge.gateway, wanted: before, holder: holder)
            } catch is AddressLease.Refusal { /* somebody has it now, or the network is another one */  }
        }
        return try AddressLease.take(in: leases, gateway: bridge.gateway, wanted: wanted, holder: holder)
    }

    // MARK: Looking

    /// Chooses what `take` would take now, and leaves no trace.
    static func preview(_ configuration: ContainerConfiguration, _ store: ContainerStore) throws -> Claims {
        let name = configuration.name ?? GeneratedName.make()
        try store.checkFree(name: name)
        var claims = Claims(id: try ContainerID.make(), name: name)
        guard configuration.network == .bridge else { return claims }

        let socket = try NetlinkSocket(.route)
        let bridge =
            try BridgeNetwork.existing(Self.bridgeName, socket)
            ?? BridgeNetwork.new(Self.bridgeName, socket)
        claims.bridge = bridge
        claims.address = try AddressLease.peek(
            in: store.paths.leases(of: Self.network), gateway: bridge.gateway,
            wanted: try wantedAddress(configuration, bridge))
        let held = try portWishes(configuration).map { try PortReservation($0, families: families(of: bridge)) }
        claims.publications = held.map(\.publication)
        return claims
    }

    // MARK: Wishes

    /// The default network's name in records, and its bridge's name in the kernel.
    static let network = "bridge"
    static let bridgeName = "minirun0"

    /// `-p`, and with `-P` each exposed port that no `-p` mentions.
    private static func portWishes(_ configuration: ContainerConfiguration) -> [PortMapping] {
        guard configuration.request.publishAll else { return configuration.ports }
        let mentioned = Set(configuration.ports.map(\.container))
        return configuration.ports
            + configuration.exposed.filter { !mentioned.contains($0) }.map { PortMapping(container: $0) }
    }

    private static func families(of bridge: BridgeNetwork) -> Set<IPAddress.Family> {
        bridge.hasIPv6 ? [.v4, .v6] : [.v4]
    }

    /// IPv6 addresses stand at the same place of their subnet as IPv4 ones of theirs, so one lease covers both.
    private static func wantedAddress(
        _ configuration: ContainerConfiguration, _ bridge: BridgeNetwork
    ) throws -> IPAddress? {
        guard let ip6 = configuration.ip6 else { return configuration.ip }
        guard let gateway6 = bridge.gateway6, gateway6.contains(ip6) else {
            throw UsageError("invalid address \(ip6): It does not belong to any of this network's subnets")
        }
        guard let offset = ip6.offset(from: gateway6.network.address), offset <= UInt64(UInt32.max),
            case let twin = bridge.gateway.network.address.advanced(by: offset), bridge.gateway.contains(twin)
        else {
            throw UsageError(
                "invalid address \(ip6): on the default network the end of an IPv6 address is that of the IPv4 address")
        }
        if let ip = configuration.ip, ip != twin {
            throw UsageError("conflicting options: --ip \(ip) and --ip6 \(ip6): on the default network they end alike")
        }
        return twin
    }
}

/// The reservations of a container's host ports, kept on the stage.
final class HeldPorts {
    private var reservations: [PortReservation]

    init(_ reservations: [PortReservation]) { self.reservations = reservations }

    var publications: [Publication] { reservations.map(\.publication) }

    func release() { reservations = [] }
}
