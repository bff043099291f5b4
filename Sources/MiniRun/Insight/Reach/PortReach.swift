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
        /// What of other firewalls stands before it.
        public var obstacle: ForeignRuleset.Obstacle?

        /// Whether somebody gets in, as far as can be told.
        var isOpen: Bool { obstacle?.isCertain != true }
    }

    /// The container.
    public var container: String
    /// Protocol and port inside.
    public var port: ContainerPort
    /// The container's addresses.
    public var targets: [IPAddress]
    /// The port of the host; nil where neighbours come to the container's own address, in a routed network.
    public var hostPort: UInt16?
    /// Whether it is open under every address that the host has, or will have.
    public var isEverywhere: Bool
    /// Where it is open now.
    public var doors: [Door]

    /// Everybody who can get in; nil when nobody can.
    var audience: Audience? {
        [.everybody, .lan, .host].first { audience in doors.contains { $0.audience == audience && $0.isOpen } }
    }

    /// `8080/tcp open on all interfaces: ens33 192.168.66.11 (LAN)`, and what stands before it.
    public func sentence(_ language: Language = .current) -> String {
        guard let hostPort else { return direct.text(language) + obstacles(doors).text(language) }
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
        return "\(name) \(phrase.text(language))\(obstacles(shown.isEmpty ? doors : shown).text(language))"
    }

    private var direct: Phrase {
        let places = doors.map { Phrase.verbatim("\($0.address)") }.joined()
        return Phrase(
            "\(port) at \(places.english), for neighbours with a route", "\(places.chinese) 的 \(port)，供有路由的邻居访问")
    }

    /// What stands before these doors, and before which of them where it is not all.
    private func obstacles(_ doors: [Door]) -> Phrase {
        doors.compactMap(\.obstacle).unique.map { obstacle in
            let barred = doors.filter { $0.obstacle == obstacle }
            let places = barred.map { Phrase.verbatim("\($0.address)") }.joined()
            let words = obstacle.phrase
            return barred.count == doors.count
                ? Phrase(", but \(words.english)", "，但\(words.chinese)")
                : Phrase(", but at \(places.english) \(words.english)", "，但在 \(places.chinese) 上，\(words.chinese)")
        }.reduce(Phrase("", "")) { Phrase($0.english + $1.english, $0.chinese + $1.chinese) }
    }
}
