import CShim
import Namespaces
import NetSetup
import SystemPackage

/// One end of a conversation, never waiting: it stays in the network namespace of the thread that made it.
final class Probe {
    enum Answer { case text(String), refused, nothing }

    private let transport: TransportProtocol
    private let family: IPAddress.Family
    private let socket: CInt

    init(_ transport: TransportProtocol, _ family: IPAddress.Family) {
        self.transport = transport
        self.family = family
        let kind = transport == .udp ? SOCK_DGRAM : SOCK_STREAM
        socket = CShim.socket(
            family.rawValue, CInt(kind.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    }

    deinit { close(socket) }

    /// Takes a port: to be asked there, or only to ask from there.
    func bind(_ port: UInt16, listens: Bool = true) throws {
        var off: CInt = 0
        var on: CInt = 1
        if family == .v6 { setsockopt(socket, CInt(IPPROTO_IPV6), IPV6_V6ONLY, &off, 4) }
        // A client's port is taken again soon; two servers on one port are still refused.
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, 4)
        guard minirun_bind(socket, family.rawValue, IPAddress.unspecified(family).bytes, port) == 0 else {
            throw KernelError("bind port \(port)", .current)
        }
        if transport == .tcp && listens { listen(socket, 16) }
    }

    func connect(_ address: IPAddress, _ port: UInt16) {
        if family == .v4 {
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = port.bigEndian
            withUnsafeMutableBytes(of: &name.sin_addr) { $0.copyBytes(from: address.bytes) }
            connect(&name)
        } else {
            var name = sockaddr_in6()
            name.sin6_family = sa_family_t(AF_INET6)
            name.sin6_port = port.bigEndian
            withUnsafeMutableBytes(of: &name.sin6_addr) { $0.copyBytes(from: address.bytes) }
            connect(&name)
        }
        if transport == .udp { send(socket, "q", 1, CInt(MSG_NOSIGNAL)) }
    }

    private func connect<Name>(_ name: inout Name) {
        withUnsafeBytes(of: name) { raw in
            guard let base = raw.baseAddress else { return }
            let address = __CONST_SOCKADDR_ARG(__sockaddr__: base.assumingMemoryBound(to: sockaddr.self))
            _ = CShim.connect(socket, address, socklen_t(raw.count))
        }
    }

    /// The server's turn: tells everybody who asked which address it sees.
    func answerAll() {
        while true {
            var name = sockaddr_in6()
            var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
            var byte: UInt8 = 0
            let accepted = withUnsafeMutableBytes(of: &name) { raw -> CInt in
                guard let raw = raw.baseAddress else { return -1 }
                let base = __SOCKADDR_ARG(__sockaddr__: raw.assumingMemoryBound(to: sockaddr.self))
                return transport == .tcp
                    ? accept4(socket, base, &length, CInt(SOCK_CLOEXEC.rawValue))
                    : CInt(recvfrom(socket, &byte, 1, 0, base, &length))
            }
            guard accepted >= 0 else { return }
            let text = Array(Self.text(name).utf8)
            if transport == .tcp {
                send(accepted, text, text.count, CInt(MSG_NOSIGNAL))
                close(accepted)
            } else {
                withUnsafeBytes(of: name) { raw in
                    guard let base = raw.baseAddress else { return }
                    let address = __CONST_SOCKADDR_ARG(__sockaddr__: base.assumingMemoryBound(to: sockaddr.self))
                    _ = sendto(socket, text, text.count, 0, address, length)
                }
            }
        }
    }

    /// The client's turn.
    func answer() -> Answer {
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = recv(socket, &buffer, buffer.count, 0)
        let error = Errno.current
        if count > 0 { return .text(String(decoding: buffer.prefix(count), as: UTF8.self)) }
        return count < 0 && (error == .wouldBlock || error == Errno(rawValue: ENOTCONN)) ? .nothing : .refused
    }

    private static func text(_ name: sockaddr_in6) -> String {
        let bytes = withUnsafeBytes(of: name.sin6_addr) { Array($0) }
        let isMapped = bytes.prefix(12).elementsEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff])
        return IPAddress(bytes: isMapped ? Array(bytes.suffix(4)) : bytes)?.description ?? "?"
    }
}
