import NetSetup

/// One line about a packet, as tcpdump(1) writes it with `-n`: who knows the one can read the other.
public enum PacketLine {
    /// `IP 172.17.0.2.43210 > 192.168.66.50.80: Flags [S], seq 1, win 64240, length 0`. `length` is how long the packet is from
    /// its network header on.
    public static func text(_ packet: Packet, length: Int) -> String {
        switch packet.network {
        case .arp(let arp): return self.arp(arp, length)
        case .other(let type): return "ethertype 0x\(hex(type)), length \(length)"
        case .ip(let header): return ip(header, packet)
        }
    }

    private static func ip(_ header: IPHeader, _ packet: Packet) -> String {
        let word = header.family == .v4 ? "IP" : "IP6"
        func line(_ source: UInt16?, _ destination: UInt16?, _ text: String) -> String {
            "\(word) \(header.source)\(source.map { ".\($0)" } ?? "") > "
                + "\(header.destination)\(destination.map { ".\($0)" } ?? ""): \(text)"
        }
        switch packet.transport {
        case .tcp(let tcp): return line(tcp.source, tcp.destination, self.tcp(tcp, packet.payloadLength))
        case .udp(let udp): return line(udp.source, udp.destination, self.udp(udp, packet))
        case .icmp(let icmp): return line(nil, nil, self.icmp(icmp, header, packet))
        case .fragment:
            return line(
                nil, nil,
                "fragment of protocol \(header.protocol) at \(header.fragmentOffset), length \(packet.payloadLength)")
        case .other: return line(nil, nil, "protocol \(header.protocol), length \(packet.payloadLength)")
        }
    }

    // MARK: TCP and UDP

    private static func tcp(_ tcp: TCPHeader, _ length: Int) -> String {
        var parts = ["Flags [\(flagLetters(tcp.flags))]"]
        if length > 0 {
            parts.append("seq \(tcp.sequence):\(tcp.sequence &+ UInt32(truncatingIfNeeded: length))")
        } else if tcp.flags & 0x07 != 0 {
            parts.append("seq \(tcp.sequence)")
        }
        if tcp.flags & 0x10 != 0 { parts.append("ack \(tcp.acknowledgement)") }
        return (parts + ["win \(tcp.window)", "length \(length)"]).joined(separator: ", ")
    }

    /// `S.`: a dot for ACK.
    static func flagLetters(_ flags: UInt8) -> String {
        let letters: [(UInt8, String)] = [
            (0x01, "F"), (0x02, "S"), (0x04, "R"), (0x08, "P"), (0x20, "U"), (0x40, "E"), (0x80, "W"), (0x10, "."),
        ]
        let text = letters.filter { flags & $0.0 != 0 }.map(\.1).joined()
        return text.isEmpty ? "none" : text
    }

    /// `SYN,ACK`.
    static func flagNames(_ flags: UInt8) -> String {
        let names: [(UInt8, String)] = [
            (0x02, "SYN"), (0x01, "FIN"), (0x04, "RST"), (0x08, "PSH"), (0x10, "ACK"), (0x20, "URG"),
        ]
        return names.filter { flags & $0.0 != 0 }.map(\.1).joined(separator: ",")
    }

    private static func udp(_ udp: UDPHeader, _ packet: Packet) -> String {
        if udp.source == 53 || udp.destination == 53, let text = dns(packet.payload, packet.payloadLength) {
            return text
        }
        return "UDP, length \(packet.payloadLength)"
    }

    // MARK: Names

    /// `1234+ A? web. (21)`, `1234 1/0/0 A 172.17.0.2 (37)`; nil for what is no DNS message.
    static func dns(_ bytes: [UInt8], _ length: Int) -> String? {
        guard bytes.count == length, let message = try? DNSMessage(bytes) else { return nil }
        let header = message.header
        guard header.isResponse else {
            guard header.opcode == 0, let question = message.question else { return nil }
            let flag = header.wantsRecursion ? "+" : ""
            let more = message.additions.count + (message.extension == nil ? 0 : 1)
            let extra = more > 0 ? " [\(more)au]" : ""
            return "\(header.id)\(flag)\(extra) \(typeName(question.type))? \(rooted(question.name)) (\(length))"
        }
        let counts =
            "\(message.answers.count)/\(message.authorities.count)/"
            + "\(message.additions.count + (message.extension == nil ? 0 : 1))"
        let code = codeNames[header.code.rawValue].map { " \($0)" } ?? ""
        let mark = header.isAuthoritative ? "*" : ""
        let records = message.answers.map { record in " " + Self.record(record) }.joined(separator: ",")
        return "\(header.id)\(code)\(mark) \(counts)\(records) (\(length))"
    }

    private static func record(_ record: DNSRecord) -> String {
        if record.type == DNSType.a || record.type == DNSType.aaaa, let address = IPAddress(bytes: record.data) {
            return "\(typeName(record.type)) \(address)"
        }
        return typeName(record.type)
    }

    /// Names are whatever somebody has put into a packet: nothing of them may move the terminal's cursor.
    private static func rooted(_ name: DNSName) -> String {
        let text = "\(name)"
        let plain = text.unicodeScalars.map { $0.value > 32 && $0.value < 127 ? String($0) : "?" }.joined()
        return plain.hasSuffix(".") ? plain : plain + "."
    }

    private static let codeNames: [UInt8: String] = [
        1: "FormErr", 2: "ServFail", 3: "NXDomain", 4: "NotImp", 5: "Refused",
    ]

    private static func typeName(_ type: UInt16) -> String {
        let names: [UInt16: String] = [
            1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 15: "MX", 16: "TXT", 28: "AAAA", 33: "SRV", 41: "OPT",
            65: "HTTPS", 255: "ANY",
        ]
        return names[type] ?? "Type\(type)"
    }

    // MARK: ICMP and ARP

    private static func icmp(_ icmp: ICMPHeader, _ header: IPHeader, _ packet: Packet) -> String {
        let length = packet.payloadLength + 8
        let word = header.family == .v4 ? "ICMP" : "ICMP6,"
        switch icmp.kind {
        case .echoRequest, .echoReply:
            let what = icmp.kind == .echoRequest ? "request" : "reply"
            return "\(word) echo \(what), id \(icmp.identifier), seq \(icmp.sequence), length \(length)"
        case .unreachable, .timeExceeded, .tooBig:
            return "\(word) \(complaint(icmp, header.family, packet)), length \(length)"
        case .other:
            let names: [UInt8: String] = [
                130: "multicast listener query", 131: "multicast listener report", 132: "multicast listener done",
                143: "multicast listener report v2", 133: "router solicitation", 134: "router advertisement",
                135: "neighbor solicitation",
                136: "neighbor advertisement", 137: "redirect",
            ]
            let name = header.family == .v6 ? names[icmp.type] : icmp.type == 5 ? "redirect" : nil
            var about = ""
            if header.family == .v6, icmp.type == 135 || icmp.type == 136,
                let target = IPAddress(bytes: packet.payload.prefix(16))
            {
                about = (icmp.type == 135 ? ", who has " : ", tgt is ") + "\(target)"
            }
            return "\(word) \(name ?? "type \(icmp.type), code \(icmp.code)")\(about), length \(length)"
        }
    }

    /// What an error says of the packet that it quotes: `10.0.0.1 udp port 53 unreachable`.
    private static func complaint(_ icmp: ICMPHeader, _ family: IPAddress.Family, _ packet: Packet) -> String {
        guard let inner = packet.complaint?.about, case .ip(let quoted) = inner.network else {
            return errorName(icmp, family)
        }
        var port = ""
        if let flow = inner.flow, flow.hasPorts {
            port = " \(flow.protocol == 6 ? "tcp" : "udp") port \(flow.destinationPort)"
        }
        guard family == .v4 else { return "\(errorName(icmp, family)), \(quoted.destination)\(port)" }
        switch (icmp.kind, icmp.code) {
        case (.unreachable, 0): return "net \(quoted.destination) unreachable"
        case (.unreachable, 1): return "host \(quoted.destination) unreachable"
        case (.unreachable, 3): return "\(quoted.destination)\(port) unreachable"
        case (.unreachable, 10): return "host \(quoted.destination) unreachable - admin prohibited"
        case (.unreachable, 13): return "host \(quoted.destination) unreachable - admin prohibited filter"
        case (.tooBig, _): return "\(quoted.destination) unreachable - need to frag (mtu \(icmp.sequence))"
        case (.timeExceeded, 0): return "time exceeded in-transit"
        default: return "\(quoted.destination) \(errorName(icmp, family))"
        }
    }

    /// `port unreachable`.
    static func errorName(_ icmp: ICMPHeader, _ family: IPAddress.Family) -> String {
        switch icmp.kind {
        case .tooBig: return "packet too big"
        case .timeExceeded: return "time exceeded"
        default: break
        }
        let names4: [UInt8: String] = [
            0: "net unreachable", 1: "host unreachable", 2: "protocol unreachable", 3: "port unreachable",
            9: "net prohibited", 10: "host prohibited", 13: "admin prohibited",
        ]
        let names6: [UInt8: String] = [
            0: "no route", 1: "admin prohibited", 3: "address unreachable", 4: "port unreachable",
        ]
        return (family == .v4 ? names4 : names6)[icmp.code] ?? "unreachable, code \(icmp.code)"
    }

    private static func arp(_ arp: ARPMessage, _ length: Int) -> String {
        switch arp.operation {
        case 1: "ARP, Request who-has \(arp.target) tell \(arp.sender), length \(length)"
        case 2: "ARP, Reply \(arp.sender) is-at \(arp.senderMAC), length \(length)"
        default: "ARP, operation \(arp.operation), length \(length)"
        }
    }

    private static func hex(_ number: UInt16) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}
