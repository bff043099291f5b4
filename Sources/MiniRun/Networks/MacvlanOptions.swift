import Namespaces
import NetSetup

/// What `-o` says about a macvlan network: containers with addresses of the LAN that an interface of the host is in.
public struct MacvlanOptions: Sendable, Equatable {
    /// Whether the host gets an interface of its own beside the containers, without which the two never meet.
    public enum HostShim: String, Sendable, CaseIterable {
        /// When the host has an address in the network's subnet.
        case auto
        case yes
        case no
    }

    /// The interface of the host.
    public var parent: String
    /// Who hears whom.
    public var mode = MacvlanKind.bridge
    /// Whether the host takes part.
    public var hostShim = HostShim.auto
    /// The packet size in bytes; nil for the parent's.
    public var mtu: Int?
    /// How interfaces inside are called, without their numbers.
    public var interfacePrefix = "eth"

    /// A network on this interface.
    public init(parent: String) { self.parent = parent }

    /// Reads a record's options. Throws Docker's sentences for values that cannot be, and one for a missing parent.
    public init(_ record: NetworkRecord) throws(UsageError) { try self.init(record.options) }

    init(_ given: [String: String]) throws(UsageError) {
        let options = try NetworkOptions(given, .macvlan)
        guard let parent = options["parent"], !parent.isEmpty else {
            throw UsageError(
                "a macvlan network needs the interface of the host whose LAN it is in: -o parent=eth0")
        }
        guard parent != "lo" else { throw UsageError("loopback interface is not a valid macvlan parent link") }
        self.parent = try InterfaceName.parse(parent, what: "parent")
        mode = try MacvlanMode.kind(parsing: options["macvlan_mode"] ?? "")
        if let word = options["host_shim"] {
            guard let shim = HostShim(rawValue: word) else {
                throw UsageError("invalid host_shim \(word.goQuoted): it is auto, yes or no")
            }
            hostShim = shim
        }
        mtu = try options.mtu()
        interfacePrefix = try options.interfacePrefix()
    }
}
