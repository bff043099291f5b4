import CShim
import Namespaces
import SystemPackage

/// Pings an address, as ping(8) does: how many answers come, and what is said where none can.
public struct EchoQuestion: Sendable, Hashable {
    /// Whom.
    public var target: IPAddress
    /// How many bytes of payload.
    public var size: Int
    /// Whether nobody may cut it to pieces (`-M do`): neither this host nor a router.
    public var isWhole: Bool
    /// How many, one after the other.
    public var count: Int

    /// What came of it.
    public struct Answer: Sendable, Hashable {
        /// How many were answered.
        public var received: Int
        /// What the kernel, or a router, said instead.
        public var failure: Errno?
    }

    /// Describes a question; the payload is that of ping(8).
    public init(to target: IPAddress, size: Int = 56, isWhole: Bool = false, count: Int = 1) {
        self.target = target
        self.size = size
        self.isWhole = isWhole
        self.count = count
    }

    /// Between two of them.
    private static let pause = 0.005

    /// Asks from a network namespace, held open, and waits so long after the last one at most. Throws `KernelError`.
    public func ask(in namespace: CInt, milliseconds: Int) throws(KernelError) -> Answer {
        let family = target.family
        let wish = minirun_socket_wish(
            family: family.rawValue, type: CInt(SOCK_RAW.rawValue | SOCK_NONBLOCK.rawValue),
            protocol: CInt(ProbeSocket.Kind.icmp.number(family)))
        let socket = try OpenedSockets([wish], in: namespace).take(0)
        configure(socket.rawValue)
        guard minirun_connect(socket.rawValue, family.rawValue, target.bytes, 0, 0) == 0 else {
            return Answer(received: 0, failure: .current)
        }
        let identifier = UInt16.random(in: 1...UInt16.max)
        var answer = Answer(received: 0, failure: nil)
        var open: Set<UInt16> = []
        for number in 0..<count {
            let sequence = UInt16(truncatingIfNeeded: number + 1)
            let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
            let bytes = EchoRequest(identifier: identifier, sequence: sequence, payload: payload).bytes(family)
            if send(socket.rawValue, bytes, bytes.count, CInt(MSG_NOSIGNAL)) < 0 {
                answer.failure = .current
            } else {
                open.insert(sequence)
            }
            let isLast = number == count - 1
            let end = Moment.after(seconds: isLast ? Double(milliseconds) / 1000 : Self.pause)
            listen(socket.rawValue, identifier, until: end, waitsForAll: isLast, &open, &answer)
        }
        return answer
    }

    /// Takes answers until all have come, or it is time for the next question.
    private func listen(
        _ socket: CInt, _ identifier: UInt16, until end: Moment, waitsForAll: Bool, _ open: inout Set<UInt16>,
        _ answer: inout Answer
    ) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while !open.isEmpty, !end.hasCome {
            var watched = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            guard poll(&watched, 1, Moment.milliseconds(until: end)) > 0 else { continue }
            let size = recv(socket, &buffer, buffer.count, CInt(MSG_DONTWAIT))
            let error = Errno.current
            if size < 0 {
                guard error != .wouldBlock, error != .interrupted else { continue }
                answer.failure = error
                if waitsForAll { return }
                continue
            }
            // In IPv4 such a socket hands out the IP header too.
            guard let sequence = reply(in: buffer[..<size], identifier), open.remove(sequence) != nil else { continue }
            answer.received += 1
        }
    }

    private func reply(in bytes: ArraySlice<UInt8>, _ identifier: UInt16) -> UInt16? {
        let view = ByteView(bytes: bytes)
        let start = target.family == .v4 ? Int((view.byte(0) ?? 0) & 0xf) * 4 : 0
        guard let header = ICMPHeader(view.rest(start), target.family), header.kind == .echoReply,
            header.identifier == identifier
        else { return nil }
        return header.sequence
    }

    /// Errors are to be told; and what was learned earlier of the way's packet size is not believed: it may be mended by now.
    private func configure(_ socket: CInt) {
        let isIPv4 = target.family == .v4
        func set(_ option: CInt, _ value: CInt) {
            var value = value
            let level = CInt(isIPv4 ? IPPROTO_IP : IPPROTO_IPV6)
            _ = setsockopt(socket, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
        }
        set(isIPv4 ? CInt(IP_RECVERR) : CInt(IPV6_RECVERR), 1)
        let discovery = isWhole ? CInt(IP_PMTUDISC_PROBE) : CInt(IP_PMTUDISC_DONT)
        set(isIPv4 ? CInt(IP_MTU_DISCOVER) : CInt(IPV6_MTU_DISCOVER), discovery)
        if isWhole, !isIPv4 { set(CInt(IPV6_DONTFRAG), 1) }
    }
}
