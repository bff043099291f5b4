import CShim
import Namespaces
import SystemPackage

/// Asks everybody on a link who has an IPv4 address (RFC 826), and hears who says so.
public struct ARPQuestion: Sendable, Equatable {
    /// Who asks: the link's own address.
    public var mac: MACAddress
    /// The asker's IPv4 address; 0.0.0.0 asks without telling the neighbours anything (RFC 5227).
    public var source: IPAddress
    /// The address in question.
    public var target: IPAddress

    /// Describes a question.
    public init(from mac: MACAddress, _ source: IPAddress = IPAddress(v4: 0), about target: IPAddress) {
        self.mac = mac
        self.source = source
        self.target = target
    }

    /// The packet: Ethernet, IPv4, a request.
    public var bytes: [UInt8] {
        [0, 1, 8, 0, 6, 4, 0, 1] + mac.bytes + source.bytes + [UInt8](repeating: 0, count: 6) + target.bytes
    }

    /// The link-layer address that a packet says the target is at; nil when it is no answer, or our own.
    func answer(in packet: [UInt8]) -> MACAddress? {
        guard packet.count >= 28, packet.prefix(8) == [0, 1, 8, 0, 6, 4, 0, 2], Array(packet[14..<18]) == target.bytes
        else { return nil }
        let sender = MACAddress(bytes: packet[8..<14])
        return sender == mac ? nil : sender
    }

    /// Who has the address, on the link of this number in a network namespace. Waits as long as it is told to, unless one
    /// answer is enough. Throws `KernelError`.
    public func ask(
        in namespace: CInt, on link: CInt, milliseconds: Int, firstIsEnough: Bool
    ) throws -> [MACAddress] {
        try send(in: namespace, on: link, milliseconds: milliseconds).answers(firstIsEnough: firstIsEnough)
    }

    /// Sends it; answers are heard for so long from now on. Several that are sent before the first is waited for take no
    /// longer than one. Throws `KernelError`.
    public func send(in namespace: CInt, on link: CInt, milliseconds: Int) throws -> SentQuestion<ARPQuestion> {
        let asked = "ask who has \(target)"
        let number = try NetworkVisit.run(in: namespace) { minirun_arp_socket(link) }
        guard number >= 0 else { throw KernelError(asked, Errno(rawValue: -number)) }
        let socket = OwnedDescriptor(owning: number)
        let bytes = bytes
        guard minirun_send_arp(number, link, bytes, bytes.count) == bytes.count else {
            throw KernelError.current(asked)
        }
        return SentQuestion(self, socket, milliseconds: milliseconds)
    }
}

extension SentQuestion<ARPQuestion> {
    /// Who says that he has the address. Waits for the end of the question's time, unless one answer is enough; after
    /// it what has come is read, which is no more than a socket holds.
    public func answers(firstIsEnough: Bool) -> [MACAddress] {
        var found: [MACAddress] = []
        var buffer = [UInt8](repeating: 0, count: 256)
        var late = 0
        while late < 512 {
            var watched = pollfd(fd: socket.rawValue, events: Int16(POLLIN), revents: 0)
            let isReady = poll(&watched, 1, Moment.milliseconds(until: end)) > 0
            let count = isReady ? recv(socket.rawValue, &buffer, buffer.count, CInt(MSG_DONTWAIT)) : 0
            if end.hasCome {
                if count <= 0 { break }
                late += 1
            }
            guard count > 0, let mac = question.answer(in: Array(buffer[..<count])), !found.contains(mac) else {
                continue
            }
            found.append(mac)
            if firstIsEnough { break }
        }
        return found
    }
}
