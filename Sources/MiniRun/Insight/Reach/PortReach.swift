import Namespaces
import NetSetup

/// Who can get at a published port: the addresses of the host under which it is open, and who is behind those.
public struct PortReach: Sendable, Hashable {
    /// Who can be on the other side of an address.
    public enum Audience: String, Sendable {
        /// Processes of this host alone: a loopback address.
        case host = "this host"
        /// A private network (RFC 1918, RFC 4193, RFC 6598), or a single link.
        case lan = "LAN"
        /// Everybody.
        case everybody = "Internet"

        /// For people.
        public var phrase: Phrase {
            switch self {
            case .host: Phrase("this host", "仅本机")
            case .lan: Phrase("LAN", "局域网")
            case .everybody: Phrase("Internet", "互联网")
            }
        }

        init(_ address: IPAddress) {
            if address.isLoopback {
                self = .host
            } else if Self.privateRanges.contains(where: { $0.contains(address) }) {
                self = .lan
            } else {
                self = .everybody
            }
        }

        private static let privateRanges = [
            "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7", "fe80::/10",
        ].compactMap { IPPrefix($0) }
    }

    /// An address of the host at which the port answers.
    public struct Door: Sendable, Hashable {
        /// The interface; nil for an address that no interface has (any more).
        public var interface: String?
        /// The address.
        public var address: IPAddress
        /// Who is behind it.
        public var audience: Audience
    }

    /// The container.
    public var container: String
    /// Protocol and port inside.
    public var port: ContainerPort
    /// The container's addresses.
    public var targets: [IPAddress]
    /// The port of the host.
    public var hostPort: UInt16
    /// Whether it is open under every address that the host has, or will have.
    public var isEverywhere: Bool
    /// Where it is open now.
    public var doors: [Door]

    /// `8080/tcp open on all interfaces: ens33 192.168.66.11 (LAN)`.
    public func sentence(_ language: Language = .current) -> String {
        let name = "\(hostPort)/\(port.transport.rawValue)"
        // An address of loopback goes without saying where all are open.
        let isHosts = doors.allSatisfy { $0.audience == .host }
        let shown = isEverywhere && !isHosts ? doors.filter { $0.audience != .host } : doors
        var words: [Phrase] = []
        for (index, door) in shown.enumerated() {
            let isSame = index > 0 && shown[index - 1].interface == door.interface
            let place = (isSame ? "" : door.interface.map { "\($0) " } ?? "") + "\(door.address)"
            let audience = door.audience.phrase
            words.append(Phrase("\(place) (\(audience.english))", "\(place)（\(audience.chinese)）"))
        }
        let places = words.joined()
        let phrase =
            if isEverywhere, shown.isEmpty {
                Phrase("open on all interfaces", "对所有网卡开放")
            } else if isEverywhere {
                Phrase("open on all interfaces: \(places.english)", "对所有网卡开放：\(places.chinese)")
            } else if isHosts {
                Phrase("open on \(places.english) only", "仅在 \(places.chinese) 开放")
            } else {
                Phrase("open on \(places.english)", "在 \(places.chinese) 开放")
            }
        return "\(name) \(phrase.text(language))"
    }
}

/// The host's addresses by interface, as far as others can mean them: without those of networks' bridges and the loop pair.
struct HostDoors {
    private let doors: [PortReach.Door]

    /// Asks the kernel. Throws `NetlinkError`, and what is wrong with the settings.
    init(_ paths: StatePaths) throws {
        let store = NetworkStore(paths)
        let usual = DefaultNetwork.bridgeName(try NetworkSettings.read(paths.configuration))
        let bridges = try Set(
            store.all().filter { $0.hasBridge && $0.addedToBridge == nil }.map(\.bridgeName)
                + [usual == DefaultNetwork.ownBridge ? usual : nil].compactMap(\.self))
        let host = try HostNetwork(NetlinkSocket(.route))
        doors = host.links.filter { link in
            link.isUp && !bridges.contains(link.name) && ![LoopPair.outward, LoopPair.inward].contains(link.name)
        }.flatMap { link in
            host.addresses(of: link).map {
                PortReach.Door(interface: link.name, address: $0.address, audience: .init($0.address))
            }
        }
    }

    /// From plain values, for tests.
    init(doors: [PortReach.Door]) { self.doors = doors }

    /// Where ports of a container are open; several host addresses of one port are one line.
    func reach(_ publications: [Publication], of container: String, at targets: [IPAddress]) -> [PortReach] {
        var reaches: [PortReach] = []
        for publication in publications where publication.isReserved {
            let open: [PortReach.Door]
            if let address = publication.hostAddress {
                let door = doors.first { $0.address == address }
                open = [door ?? .init(interface: nil, address: address, audience: .init(address))]
            } else {
                open = doors.filter { door in
                    (door.address.family == .v4 ? publication.guardAddress4 : publication.guardAddress6) != nil
                }
            }
            reaches.append(
                PortReach(
                    container: container, port: publication.container, targets: targets,
                    hostPort: publication.hostPort, isEverywhere: publication.hostAddress == nil, doors: open))
        }
        return reaches
    }
}
