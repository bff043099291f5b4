import NetSetup
import Testing

@testable import MiniRun

@Suite("Lines of capture")
struct PacketLineTests {
    private func line(_ bytes: [UInt8], _ type: UInt16 = EtherType.ipv4) -> String {
        PacketLine.text(Packet(bytes, protocol: type), length: bytes.count)
    }

    private let udp: [UInt8] = [0x45, 0, 0, 48, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 2, 10, 0, 0, 1]

    @Test("are those of tcpdump -n")
    func lines() {
        let tcp: [UInt8] = [
            0x45, 0, 0, 42, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 2, 10, 0, 0, 1, 0x27, 0x0f, 0, 80, 0, 0, 0, 1, 0, 0, 0,
            9,
            0x50, 0x18, 0, 63, 0, 0, 0, 0, 65, 66,
        ]
        #expect(line(tcp) == "IP 10.0.0.2.9999 > 10.0.0.1.80: Flags [P.], seq 1:3, ack 9, win 63, length 2")
        let query: [UInt8] = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 119, 101, 27, 0, 0, 28, 0, 1]
        var asked = udp + [0x27, 0x0f, 0, 53, 0, 29, 0, 0] + query
        asked[3] = UInt8(asked.count)
        // A control character of a name moves nobody's cursor.
        #expect(line(asked) == "IP 10.0.0.2.9999 > 10.0.0.1.53: 4660+ AAAA? we\\027. (21)")
        #expect(line(udp + [0x27, 0x0f, 0, 99, 0, 28, 0, 0]) == "IP 10.0.0.2.9999 > 10.0.0.1.99: UDP, length 20")
        let ping: [UInt8] = [0x45, 0, 0, 28, 0, 0, 0, 0, 64, 1, 0, 0, 10, 0, 0, 2, 10, 0, 0, 1, 8, 0, 0, 0, 0, 6, 0, 1]
        #expect(line(ping) == "IP 10.0.0.2 > 10.0.0.1: ICMP echo request, id 6, seq 1, length 8")
        let arp: [UInt8] = [0, 1, 8, 0, 6, 4, 0, 2, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1, 2, 0, 0, 0, 0, 2, 10, 0, 0, 2]
        #expect(line(arp, EtherType.arp) == "ARP, Reply 10.0.0.1 is-at 02:00:00:00:00:01, length 28")
        #expect(line([1, 2, 3], 0x88cc) == "ethertype 0x88cc, length 3")
    }
}
