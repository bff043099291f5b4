import CShim
import Namespaces
import SystemPackage

/// Makes a container's cable: a veth pair, one end a port of the bridge, the other born inside the container.
///
/// Nothing is undone: the dying namespace takes the pair along at once and in the background, while deleting it by hand
/// waits 15 to 45 ms.
public struct CreateVeth: Step, Equatable {
    /// The host's end, `mr` and eight hexadecimal digits.
    public var hostName: String
    /// A second name for people, `minirun-web-eth0`; up to 127 bytes.
    public var alternativeName: String?
    /// The bridge that it becomes a port of.
    public var bridge: String
    /// In bytes, of both ends.
    public var mtu: Int
    /// The container's end.
    public var interface: String
    /// The container end's link-layer address.
    public var mac: MACAddress
    /// What the bridge is told about the port.
    public var port: BridgePort
    /// Whether the kernel has IPv6 at all.
    public var hasIPv6: Bool
    /// Whether this container had a cable of this name before: it may still be there for a moment, for the namespace that
    /// it ended in dies in the background.
    public var isRenewed: Bool

    /// Describes the pair.
    public init(
        hostName: String, alternativeName: String? = nil, bridge: String, mtu: Int, interface: String = "eth0",
        mac: MACAddress, port: BridgePort = BridgePort(), hasIPv6: Bool, isRenewed: Bool = false
    ) {
        self.hostName = hostName
        self.alternativeName = alternativeName
        self.bridge = bridge
        self.mtu = mtu
        self.interface = interface
        self.mac = mac
        self.port = port
        self.hasIPv6 = hasIPv6
        self.isRenewed = isRenewed
    }

    /// One send: the pair, then what the kernel heeds only on a link that exists, then the second name.
    /// Throws `NetlinkError`.
    public func apply(on stage: Stage) throws {
        let socket = try HostNetlink.of(stage).socket
        let container = try ContainerNetlink.of(stage)
        guard let master = try socket.link(named: bridge) else { throw NetlinkError(asked, .noSuchDevice) }
        var messages: [NetlinkMessage] = [
            .createVeth(
                hostName, mtu: mtu, master: master.index, peer: interface, peerMAC: mac,
                namespace: container.namespace.descriptor),
            .setLink(hostName, withoutLinkLocal: hasIPv6, port: port),
        ]
        if let alternativeName { messages.append(.addAlternativeName(alternativeName, to: hostName)) }
        if isRenewed {
            try socket.request(.deleteLink(hostName).tolerating(.noSuchDevice))
        }
        stage.resource(OwnCables.self) { OwnCables() }.hostNames.insert(hostName)
        do { try socket.request(messages) } catch {
            // Only now, for the usual start asks nothing twice.
            let isThere = (try? socket.link(named: bridge))??.index == master.index
            let isTaken = error.errno == .fileExists && (try? socket.link(named: hostName)) ?? nil != nil
            throw refusal(error, isBridgeThere: isThere, isHostNameTaken: isTaken)
        }
    }

    private var asked: String { "connect \(interface) to bridge \(bridge)" }

    /// What the kernel's refusal means: it does not say which of the two names is taken, EXFULL is its word for a bridge
    /// without a free port number (BR_MAX_PORTS, net/bridge/br_private.h), and EINVAL that for a master that is gone.
    func refusal(_ error: NetlinkError, isBridgeThere: Bool, isHostNameTaken: Bool) -> NetlinkError {
        var plain = error
        plain.asked = asked
        switch error.errno {
        case Errno(rawValue: EXFULL):
            plain.hint = "bridge \(bridge) has its 1023 ports in use; use another network"
        case .fileExists where isHostNameTaken:
            plain.hint = "the host has an interface \(hostName) already; ip link show dev \(hostName) describes it"
        case .fileExists:
            plain.hint = "the container has an interface \(interface) already; use another name"
        default:
            guard !isBridgeThere else { return error }
            plain.errno = .noSuchDevice
            plain.sentence = nil
            plain.hint = "bridge \(bridge) was removed in the meantime; try again"
        }
        return plain
    }

    /// The `ip` commands and the messages.
    public var explanation: Explanation {
        let dev = hostName.shellQuoted
        let generation = hasIPv6 ? "addrgenmode none " : ""
        let flags = port.shell
        var shell = isRenewed ? ["ip link delete dev \(dev) 2>/dev/null || :"] : []
        shell += [
            "ip link add name \(dev) mtu \(mtu) master \(bridge.shellQuoted) type veth "
                + "peer name \(interface.shellQuoted) address \(mac) mtu \(mtu) netns \"$PID\"",
            "ip link set dev \(dev) \(generation)type bridge_slave \(flags)",
            "ip link set dev \(dev) up",
        ]
        var calls = [
            "RTM_NEWLINK NLM_F_CREATE|NLM_F_EXCL kind=veth name=\(hostName) mtu=\(mtu) master=\(bridge) "
                + "VETH_INFO_PEER{name=\(interface) address=\(mac) mtu=\(mtu) IFLA_NET_NS_FD}",
            "RTM_NEWLINK name=\(hostName) IFF_UP \(flags)\(hasIPv6 ? " addr_gen_mode=NONE" : "")",
        ]
        if let alternativeName {
            shell.append(
                "ip link property add dev \(dev) altname \(alternativeName.shellQuoted) 2>/dev/null || :")
            calls.append("RTM_NEWLINKPROP name=\(hostName) altname=\(alternativeName)")
        }
        return Explanation(
            shell: shell, systemCalls: calls,
            why: "A veth pair is a cable: one end in the bridge, the other born inside the container as \(interface).")
    }
}
