/// A capture file as libpcap defines it (pcap-savefile(5)), with nanoseconds, in this machine's byte order: Wireshark and
/// `tcpdump -r` open it.
public enum PacketFile {
    /// What the packets begin with.
    public enum LinkType: UInt32, Sendable {
        /// An Ethernet header.
        case ethernet = 1
        /// IP itself.
        case raw = 101
    }

    /// More of one packet is not kept.
    public static let longest = 262_144

    /// The file's beginning.
    public static func header(_ type: LinkType) -> [UInt8] {
        bytes(UInt32(0xa1b2_3c4d)) + bytes(UInt16(2)) + bytes(UInt16(4)) + bytes(UInt32(0)) + bytes(UInt32(0))
            + bytes(UInt32(longest)) + bytes(type.rawValue)
    }

    /// One packet: when it passed, what was captured of it, how long it was.
    public static func record(time: Int64, _ packet: [UInt8], length: Int) -> [UInt8] {
        let kept = packet.prefix(longest)
        let (seconds, nanoseconds) = max(0, time).quotientAndRemainder(dividingBy: 1_000_000_000)
        return bytes(UInt32(truncatingIfNeeded: seconds)) + bytes(UInt32(nanoseconds)) + bytes(UInt32(kept.count))
            + bytes(UInt32(clamping: max(length, kept.count))) + kept
    }

    private static func bytes(_ number: some FixedWidthInteger & BitwiseCopyable) -> [UInt8] {
        withUnsafeBytes(of: number) { Array($0) }
    }
}
