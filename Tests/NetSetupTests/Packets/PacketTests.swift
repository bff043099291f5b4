import Testing

@testable import NetSetup

@Suite("Packets")
struct PacketTests {
    /// 172.17.0.2:43210 opens a connection to 192.168.66.50:80.
    static let opening: [UInt8] = [
        0x02, 0x42, 0xac, 0x11, 0x00, 0x01,  // to
        0x02, 0x42, 0xac, 0x11, 0x00, 0x02,  // from
        0x08, 0x00,  // IPv4
        0x45, 0x00, 0x00, 0x28,  // version 4, 5 words; 40 bytes
        0x12, 0x34, 0x40, 0x00,  // id, do not fragment
        0x40, 0x06, 0x00, 0x00,  // TTL 64, TCP, checksum
        172, 17, 0, 2,
        192, 168, 66, 50,
        0xa8, 0xca, 0x00, 0x50,  // ports
        0x01, 0x02, 0x03, 0x04,  // sequence
        0x00, 0x00, 0x00, 0x00,  // acknowledgement
        0x50, 0x02, 0xfa, 0xf0,  // 5 words, SYN, window
        0x00, 0x00, 0x00, 0x00,  // checksum, urgent
    ]

    @Test func openingOfTCPIsReadFieldByField() throws {
        let frame = try #require(EthernetFrame(Self.opening))
        #expect(frame.destination.description == "02:42:ac:11:00:01" && frame.source.description == "02:42:ac:11:00:02")
        #expect(frame.protocol == EtherType.ipv4 && frame.vlans.isEmpty)
        guard case .ip(let header) = frame.packet.network, case .tcp(let tcp) = frame.packet.transport else {
            Issue.record("neither IP nor TCP")
            return
        }
        #expect(header.source == IPAddress("172.17.0.2") && header.destination == IPAddress("192.168.66.50"))
        #expect(header.hopLimit == 64 && header.protocol == 6 && header.fragmentOffset == 0)
        #expect(tcp.source == 43210 && tcp.destination == 80 && tcp.sequence == 0x0102_0304 && tcp.window == 64240)
        #expect(tcp.isOpening && !tcp.isAccepting && !tcp.isReset)
        #expect(frame.packet.payload.isEmpty && frame.packet.payloadLength == 0)
        #expect(frame.packet.flow?.sourceText == "172.17.0.2:43210")
        #expect(frame.packet.flow?.reversed.sourceText == "192.168.66.50:80")
        #expect(PacketSignature(frame.packet) == .opening(0x0102_0304))
    }

    @Test func tagsOfVLANsAreTakenOff() throws {
        var bytes = Self.opening
        bytes.insert(contentsOf: [0x88, 0xa8, 0x00, 0x64, 0x81, 0x00, 0xa0, 0x07], at: 12)
        let frame = try #require(EthernetFrame(bytes))
        #expect(frame.vlans == [100, 7] && frame.protocol == EtherType.ipv4)
        #expect(frame.packet.flow?.destinationPort == 80)
    }

    @Test func paddingOfEthernetIsNoPayload() throws {
        let frame = try #require(EthernetFrame(Self.opening + [UInt8](repeating: 0, count: 6)))
        #expect(frame.packet.payload.isEmpty)
    }

    @Test("whatever is cut off is not there, and nothing else changes", arguments: 0...54)
    func cutOff(count: Int) {
        let frame = EthernetFrame(Self.opening.prefix(count))
        #expect((frame == nil) == (count < 14))
        guard let frame else { return }
        switch count {
        case ..<34: #expect(frame.packet.network == .other(EtherType.ipv4))
        case ..<50: #expect(frame.packet.transport == .other && frame.packet.flow == nil)
        default: #expect(frame.packet.flow?.destinationPort == 80)
        }
    }

    /// 10.0.0.1 says that nobody listens at its UDP port 53, to 10.0.0.2:9999.
    static let complaint: [UInt8] = [
        0x45, 0, 0, 56, 0, 0, 0, 0, 64, 1, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,  // IPv4, ICMP
        3, 3, 0, 0, 0, 0, 0, 0,  // port unreachable
        0x45, 0, 0, 34, 0, 0, 0, 0, 63, 17, 0, 0, 10, 0, 0, 2, 10, 0, 0, 1,  // IPv4, UDP
        0x27, 0x0f, 0, 53, 0, 14, 0, 0,  // 9999 to 53
    ]

    @Test func errorQuotesThePacketThatItIsAbout() throws {
        let packet = Packet(Self.complaint, protocol: EtherType.ipv4)
        let (error, about) = try #require(packet.complaint)
        #expect(error.kind == .unreachable && error.code == 3)
        #expect(about.flow?.sourceText == "10.0.0.2:9999" && about.flow?.destinationText == "10.0.0.1:53")
        #expect(packet.flow == nil)
    }

    @Test func errorAboutTCPMayQuoteEightBytes() throws {
        var bytes = Self.complaint
        bytes[28 + 9] = 6
        let about = try #require(Packet(bytes, protocol: EtherType.ipv4).complaint?.about)
        #expect(about.flow?.sourcePort == 9999)
        #expect(PacketSignature(about) == .opening(14 << 16))
    }

    @Test func pingOfIPv6BehindOptions() throws {
        var bytes: [UInt8] = [0x60, 0, 0, 0, 0, 20, 0, 64]  // 20 bytes, hop-by-hop options, 64 hops
        bytes += [0xfd] + [UInt8](repeating: 0, count: 14) + [1]
        bytes += [0xfd] + [UInt8](repeating: 0, count: 14) + [2]
        bytes += [58, 0, 1, 4, 0, 0, 0, 0]  // ICMPv6 next, 8 bytes
        bytes += [128, 0, 0, 0, 0x12, 0x34, 0, 7]  // echo request, id, number
        bytes += [1, 2, 3, 4]
        let packet = Packet(bytes, protocol: EtherType.ipv6)
        guard case .icmp(let icmp) = packet.transport else {
            Issue.record("no ICMP")
            return
        }
        #expect(icmp.kind == .echoRequest && icmp.identifier == 0x1234 && icmp.sequence == 7)
        #expect(packet.payload == [1, 2, 3, 4] && packet.payloadLength == 4)
        #expect(packet.flow?.sourceText == "fd00::1" && packet.flow?.sourcePort == 0x1234)
    }

    @Test func laterFragmentHasNoPorts() {
        var bytes = Array(Self.opening.dropFirst(14))
        bytes[6] = 0x20
        bytes[7] = 0x01
        let packet = Packet(bytes, protocol: EtherType.ipv4)
        #expect(packet.transport == .fragment && packet.flow == nil)
    }

    @Test func questionForAnAddress() throws {
        let packet = Packet(
            [
                0, 1, 8, 0, 6, 4, 0, 1,  // Ethernet, IPv4, request
                2, 0, 0, 0, 0, 1, 10, 0, 0, 1,
                0, 0, 0, 0, 0, 0, 10, 0, 0, 2,
            ] + [UInt8](repeating: 0, count: 18), protocol: EtherType.arp)
        guard case .arp(let arp) = packet.network else {
            Issue.record("no ARP")
            return
        }
        #expect(arp.operation == 1 && arp.sender == IPAddress("10.0.0.1") && arp.target == IPAddress("10.0.0.2"))
        #expect(arp.senderMAC.description == "02:00:00:00:00:01")
    }

    @Test func headersThatComeApartReadAsTogether() {
        let whole = Packet(Self.opening.dropFirst(14), protocol: EtherType.ipv4)
        let apart = Packet(
            network: Array(Self.opening[14..<34]), transport: Array(Self.opening[34...]), .v4)
        #expect(apart?.flow == whole.flow && apart.flatMap { PacketSignature($0) } == PacketSignature(whole))
        #expect(apart.map { PacketIdentity($0) } == PacketIdentity(whole))
    }

    @Test func captureFileIsThatOfLibpcap() {
        let header = PacketFile.header(.ethernet)
        #expect(header.count == 24 && header.prefix(4) == [0x4d, 0x3c, 0xb2, 0xa1])  // nanoseconds, little-endian
        #expect(header[4...7] == [2, 0, 4, 0] && header[20...] == [1, 0, 0, 0])
        let record = PacketFile.record(time: 3_000_000_007, [0xaa, 0xbb], length: 60)
        #expect(record == [3, 0, 0, 0, 7, 0, 0, 0, 2, 0, 0, 0, 60, 0, 0, 0, 0xaa, 0xbb])
    }
}
