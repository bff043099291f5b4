import CShim
import Namespaces
import SystemPackage

/// Makes the container's interface as a macvlan: an interface of its own, with its own address, on the host's wire.
///
/// Nothing is undone: whoever has the interface may have lent its namespace to others. It goes with the namespace, but in the
/// background; see ``ContainerNetlink/deleteMacvlans()``.
public struct CreateMacvlan: Step, Equatable {
    /// The host's interface that it stands on.
    public var parent: String
    /// How it gets on with the other macvlans of the parent.
    public var kind: MacvlanKind
    /// Its name inside.
    public var interface: String
    /// Its link-layer address; the kernel's choice when none is given, the parent's with `passthru`.
    public var mac: MACAddress?
    /// In bytes; the parent's when none is given.
    public var mtu: Int?

    /// Describes the interface.
    public init(
        parent: String, kind: MacvlanKind = .bridge, interface: String = "eth0", mac: MACAddress? = nil,
        mtu: Int? = nil
    ) {
        self.parent = parent
        self.kind = kind
        self.interface = interface
        self.mac = mac
        self.mtu = mtu
    }

    /// One message. Throws `UsageError` for a parent that cannot be one, `NetlinkError`.
    public func apply(on stage: Stage) throws {
        let socket = try HostNetlink.of(stage).socket
        let container = try ContainerNetlink.of(stage)
        let parent = try MacvlanMode.parent(named: parent, socket)
        do {
            try socket.request(
                .createMacvlan(
                    interface, parent: parent.index, kind: kind, mac: mac, mtu: mtu,
                    namespace: container.namespace.descriptor))
        } catch { throw explained(error) }
    }

    /// The kernel has only numbers for what stands in the way of a macvlan.
    private func explained(_ error: NetlinkError) -> NetlinkError {
        var error = error
        error.asked = "\(interface) on \(parent): \(error.asked)"
        if error.hint == nil {
            switch error.errno {
            case .invalidArgument where error.sentence == nil:
                error.hint =
                    kind == .passthru
                    ? "in passthru mode a parent takes a single container, and \(parent) has one already"
                    : "a container has \(parent) in passthru mode, or it is no Ethernet interface"
            case .resourceBusy: error.hint = "\(parent) is in other hands: a port of a bridge or a bond"
            case .addressInUse: error.hint = "another interface on \(parent) has this link-layer address"
            default: break
            }
        }
        return error
    }

    /// The `ip` command and the message.
    public var explanation: Explanation {
        let address = mac.map { " address \($0)" } ?? ""
        let size = mtu.map { " mtu \($0)" } ?? ""
        return Explanation(
            shell: [
                "ip link add link \(parent.shellQuoted) name \(interface.shellQuoted)\(address)\(size) netns \"$PID\" "
                    + "type macvlan mode \(kind.rawValue)"
            ],
            systemCalls: [
                "RTM_NEWLINK NLM_F_CREATE|NLM_F_EXCL kind=macvlan name=\(interface) link=\(parent)"
                    + "\(mac.map { " address=\($0)" } ?? "")\(mtu.map { " mtu=\($0)" } ?? "") "
                    + "IFLA_MACVLAN_MODE=\(kind.rawValue) IFLA_NET_NS_FD"
            ],
            why: "A macvlan is a second network card on the wire of \(parent), and the container has it for itself.")
    }
}
