import CShim
import Namespaces

/// The transport protocols whose ports can be published.
public enum TransportProtocol: String, Sendable, Hashable, CaseIterable {
    case tcp, udp, sctp

    /// The protocol number of the IP header: IPPROTO_TCP, IPPROTO_UDP or IPPROTO_SCTP.
    public var number: UInt8 {
        switch self {
        case .tcp: 6
        case .udp: 17
        case .sctp: 132
        }
    }

    /// Reads a name in either case; throws Docker's `invalid proto: foo`.
    public init(name: some StringProtocol) throws(UsageError) {
        guard let known = TransportProtocol(rawValue: name.lowercased()) else {
            throw UsageError("invalid proto: \(name.lowercased())")
        }
        self = known
    }
}

/// One port inside a container: `80/tcp`, as Docker writes it in `ExposedPorts` and `port`.
public struct ContainerPort: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// 1 to 65535.
    public let number: UInt16
    /// The protocol that the number belongs to.
    public let transport: TransportProtocol

    /// A port from its two parts.
    public init(_ number: UInt16, _ transport: TransportProtocol = .tcp) {
        self.number = number
        self.transport = transport
    }

    /// Parses `80` or `80/udp`, as the argument of `port`; throws Docker's `invalid port 'abc': invalid syntax`.
    public init(parsing text: String) throws(UsageError) {
        guard !text.isEmpty else { throw UsageError("invalid port: value is empty") }
        let (port, proto) = text.cut("/")
        do {
            number = try PortNumber.parse(port)
        } catch {
            throw UsageError("invalid port '\(port)': \(error)")
        }
        transport = try proto.isEmptyOrNil ? .tcp : TransportProtocol(name: proto ?? "")
    }

    /// `80/tcp`.
    public var description: String { "\(number)/\(transport.rawValue)" }

    /// By number, then by the protocol's name: the natural order of the text form.
    public static func < (left: ContainerPort, right: ContainerPort) -> Bool {
        (left.number, left.transport.rawValue) < (right.number, right.transport.rawValue)
    }
}
