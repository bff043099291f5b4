import CShim
import Namespaces

/// Asks how large a packet may be on the way to an address, by sending one of full size that nobody may cut to pieces
/// (RFC 1191): a router that cannot pass it on says what it can.
public struct PathQuestion: Sendable, Equatable {
    /// Where to.
    public var target: IPAddress
    /// The size that is tried, in bytes, IP header included.
    public var size: Int

    /// Describes a question about an IPv4 address.
    public init(to target: IPAddress, size: Int) {
        self.target = target
        self.size = size
    }

    /// To a port where nobody listens, as traceroute does it.
    private static let port: UInt16 = 33434

    /// Sends it from a network namespace; the answer is waited for as long as told from now on. Nil when there is no way.
    /// Throws `KernelError`.
    public func send(in namespace: CInt, milliseconds: Int) throws -> SentQuestion<PathQuestion>? {
        let number = try NetworkVisit.run(in: namespace) {
            socket(AF_INET, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        }
        guard number >= 0 else { throw KernelError.current("ask for the packet size to \(target)") }
        let opened = OwnedDescriptor(owning: number)
        var always = IP_PMTUDISC_DO
        guard
            setsockopt(number, CInt(IPPROTO_IP), IP_MTU_DISCOVER, &always, socklen_t(MemoryLayout<CInt>.size)) == 0,
            minirun_connect(number, AF_INET, target.bytes, Self.port, 0) == 0
        else { return nil }
        // 20 bytes of IPv4, 8 of UDP.
        let content = [UInt8](repeating: 0, count: max(size - 28, 0))
        _ = CShim.send(number, content, content.count, CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL))
        return SentQuestion(self, opened, milliseconds: milliseconds)
    }
}

extension SentQuestion<PathQuestion> {
    /// What the kernel takes for the way's packet size afterwards; nil when there is no way.
    public func answer() -> Int? {
        var watched = pollfd(fd: socket.rawValue, events: 0, revents: 0)
        _ = poll(&watched, 1, Moment.milliseconds(until: end))
        var mtu: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        guard getsockopt(socket.rawValue, CInt(IPPROTO_IP), IP_MTU, &mtu, &length) == 0, mtu > 0 else { return nil }
        return Int(mtu)
    }
}
