import CShim
import Namespaces
import SystemPackage

/// Hears what passes the interfaces of one network namespace (packet(7)), of all or of one.
public final class PacketSocket {
    /// From where on packets are wanted.
    public enum Layer: Sendable {
        /// With the link's header: what a capture file holds.
        case link
        /// From the network header on, whatever the link is.
        case network
    }

    /// A packet as it passed an interface.
    public struct Capture: Sendable {
        /// Nanoseconds since 1970.
        public var time: Int64
        /// The interface's number.
        public var link: CInt
        /// Whether it went out there; else it came in.
        public var isOutgoing: Bool
        /// The EtherType.
        public var `protocol`: UInt16
        /// The bytes, with a VLAN's tag put back where it was.
        public var bytes: [UInt8]
        /// How many there were.
        public var length: Int
    }

    private let socket: CInt
    private let layer: Layer
    private var buffer: [UInt8]

    /// Opens a socket in a namespace, held open; the socket remembers it. Throws `KernelError`.
    public init(
        in namespace: CInt, link: CInt = 0, _ layer: Layer, filter: [sock_filter] = [], longest: Int = 65536
    ) throws(KernelError) {
        let kind = layer == .link ? SOCK_RAW : SOCK_DGRAM
        let wish = minirun_socket_wish(family: AF_PACKET, type: CInt(kind.rawValue), protocol: 0)
        let opened = try OpenedSockets([wish], in: namespace)
        let socket = try opened.take(0)
        // Much may come while somebody else has the processor. Where that is not allowed, the usual has to do.
        var size: CInt = 8 << 20
        _ = setsockopt(socket.rawValue, SOL_SOCKET, SO_RCVBUFFORCE, &size, socklen_t(MemoryLayout<CInt>.size))
        let asked = "listen to packets"
        if !filter.isEmpty {
            var filter = filter
            let number = socket.rawValue
            let done = filter.withUnsafeMutableBufferPointer { pointer in
                var program = sock_fprog(len: UInt16(pointer.count), filter: pointer.baseAddress)
                return setsockopt(
                    number, SOL_SOCKET, CInt(MINIRUN_SO_ATTACH_FILTER), &program,
                    socklen_t(MemoryLayout<sock_fprog>.size))
            }
            guard done == 0 else { throw KernelError.current(asked) }
        }
        guard minirun_hear_packets(socket.rawValue, link) == 0 else { throw KernelError.current(asked) }
        self.layer = layer
        buffer = [UInt8](repeating: 0, count: longest)
        self.socket = socket.release()
    }

    // The kernel waits 15 ms in it for whoever is just handing a packet over; with a socket for each container that adds up.
    deinit { minirun_close_aside(socket) }

    /// Hears on a link also what is not for this host, as long as the socket is open (PACKET_MR_PROMISC): what a bridge passes
    /// from port to port, or what a hub sends to all. Throws `KernelError`.
    public func hearOthers(on link: CInt) throws(KernelError) {
        var wish = packet_mreq()
        wish.mr_ifindex = link
        wish.mr_type = UInt16(PACKET_MR_PROMISC)
        guard
            setsockopt(
                socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &wish, socklen_t(MemoryLayout<packet_mreq>.size)) == 0
        else { throw KernelError.current("listen to packets for others") }
    }

    /// Readable when a packet has come. Borrowed.
    public var descriptor: CInt { socket }

    /// The next packet that has come; nil when there is none, or the interface has gone.
    public func take() -> Capture? {
        while true {
            var packet = minirun_packet()
            let count = minirun_take_packet(socket, &buffer, buffer.count, &packet)
            let error = Errno.current
            if count < 0 {
                if error == .interrupted { continue }
                return nil
            }
            var bytes = Array(buffer.prefix(count))
            var length = Int(packet.length)
            if layer == .link, packet.has_tag != 0, bytes.count >= 12 {
                let tag = [packet.tag_protocol, packet.tag].flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
                bytes.insert(contentsOf: tag, at: 12)
                length += tag.count
            }
            return Capture(
                time: packet.time, link: packet.link, isOutgoing: packet.kind == UInt8(PACKET_OUTGOING),
                protocol: packet.protocol, bytes: bytes, length: max(length, bytes.count))
        }
    }
}

extension PacketSocket {
    /// A filter for what a trace looks at: the beginnings, answers and refusals of TCP, or all of UDP; pings and errors
    /// always, for the kernel answers with these. In the socket's own language, classic BPF, from the network header on.
    public static func filter(transport: UInt8) -> [sock_filter] {
        func load(_ code: CInt, _ place: UInt32) -> sock_filter {
            sock_filter(code: UInt16(code), jt: 0, jf: 0, k: place)
        }
        func jump(_ code: CInt, _ value: UInt32, _ yes: UInt8, _ no: UInt8) -> sock_filter {
            sock_filter(code: UInt16(BPF_JMP | code | BPF_K), jt: yes, jf: no, k: value)
        }
        let byte = BPF_LD | BPF_B | BPF_ABS
        // SKF_AD_OFF + SKF_AD_PROTOCOL, the first of which Swift cannot import.
        let type = UInt32(bitPattern: -0x1000)
        let accept = load(BPF_RET | BPF_K, 256)
        let refuse = load(BPF_RET | BPF_K, 0)
        let isTCP = transport == 6
        // SYN and RST. Of UDP everything is wanted, and a short packet has no such byte: looking would refuse it.
        let flags4 = isTCP ? load(BPF_LD | BPF_B | BPF_IND, 13) : load(BPF_LD | BPF_W | BPF_LEN, 0)
        let flags6 = isTCP ? load(byte, 53) : load(BPF_LD | BPF_W | BPF_LEN, 0)
        return [
            load(BPF_LD | BPF_H | BPF_ABS, type),
            jump(BPF_JEQ, UInt32(EtherType.ipv4), 0, 6),
            load(byte, 9),
            jump(BPF_JEQ, 1, 12, 0),
            jump(BPF_JEQ, UInt32(transport), 0, 12),
            load(BPF_LDX | BPF_B | BPF_MSH, 0),
            flags4,
            jump(BPF_JA, 6, 0, 0),
            jump(BPF_JEQ, UInt32(EtherType.ipv6), 0, 8),
            load(byte, 6),
            jump(BPF_JEQ, 58, 5, 0),
            // A fragment header may hide the transport's.
            jump(BPF_JEQ, 44, 4, 0),
            jump(BPF_JEQ, UInt32(transport), 0, 4),
            flags6,
            isTCP ? jump(BPF_JSET, 0x06, 1, 0) : jump(BPF_JA, 1, 0, 0),
            refuse,
            accept,
            refuse,
        ]
    }
}
