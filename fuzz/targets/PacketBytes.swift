@testable import MiniRun
@testable import NetSetup

/// Any bytes are a frame, a packet, or nothing; no length of theirs leads out of them, and whatever is in them, a line about
/// it is one line that a terminal can show.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let frame = EthernetFrame(bytes) {
        precondition(frame.vlans.count <= 4)
        check(frame.packet, count)
    }
    for type in [EtherType.ipv4, EtherType.ipv6, EtherType.arp] { check(Packet(bytes, protocol: type), count) }
    for family in [IPAddress.Family.v4, .v6] {
        if let packet = Packet(network: Array(bytes.prefix(40)), transport: Array(bytes.dropFirst(40)), family) {
            check(packet, count)
        }
        check(Packet(quoted: bytes, family), count)
    }
    _ = RuleBook.comment(bytes)
    return 0
}

private func check(_ packet: Packet, _ count: Int) {
    precondition(packet.payload.count <= count && packet.payloadLength >= 0)
    if let flow = packet.flow { precondition(flow.reversed.reversed == flow) }
    _ = PacketIdentity(packet)
    if let about = packet.complaint?.about { precondition(about.payload.count < count) }
    let line = PacketLine.text(packet, length: count)
    precondition(!line.isEmpty && line.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 })
    precondition((1...16).contains(PacketFile.record(time: .max, packet.payload, length: 0).count - packet.payload.count))
}
