import CShim
import Namespaces
import SystemPackage

/// A name server's two sockets inside a network namespace, which they keep alive. Those of a container are at 127.0.0.11.
public final class NameSockets {
    private let datagramSocket: OwnedDescriptor
    private let connectionSocket: OwnedDescriptor

    /// The UDP socket, borrowed.
    var datagrams: CInt { datagramSocket.rawValue }
    /// The listening TCP socket, borrowed.
    var connections: CInt { connectionSocket.rawValue }

    /// The address at which every container finds its server, as with Docker.
    public static let address = ContainerResolver.embeddedServer

    /// Takes two sockets that are open but not yet bound.
    init(datagrams: consuming OwnedDescriptor, connections: consuming OwnedDescriptor) {
        datagramSocket = datagrams
        connectionSocket = connections
    }

    static let wishes = [SOCK_DGRAM, SOCK_STREAM].map { kind in
        minirun_socket_wish(family: AF_INET, type: CInt(kind.rawValue | SOCK_NONBLOCK.rawValue), protocol: 0)
    }

    /// Opens both in a namespace. Throws `KernelError`.
    public convenience init(in namespace: CInt) throws(KernelError) {
        let opened = try OpenedSockets(Self.wishes, in: namespace)
        try self.init(opened, first: 0)
    }

    /// Takes two of those that one visit has opened. Throws `KernelError`.
    convenience init(_ opened: OpenedSockets, first: Int) throws(KernelError) {
        self.init(datagrams: try opened.take(first), connections: try opened.take(first + 1))
    }

    /// Binds both to an IPv4 address of that namespace, whose interface has to be up; port 0 lets the kernel choose. Returns
    /// the ports. Throws `KernelError`.
    @discardableResult
    public func bind(
        to address: IPAddress = NameSockets.address, port: UInt16 = 0
    ) throws(KernelError) -> (udp: UInt16, tcp: UInt16) {
        guard address.family == .v4 else { throw KernelError("serve names at \(address)", .addressFamilyNotSupported) }
        var ports: [UInt16] = []
        for socket in [datagrams, connections] {
            guard minirun_bind(socket, AF_INET, address.bytes, port) == 0 else {
                throw KernelError.current("serve names at \(address) in its network namespace")
            }
            ports.append(UInt16(clamping: minirun_bound_port(socket)))
        }
        guard listen(connections, 64) == 0 else {
            throw KernelError.current("serve names at \(address) in its network namespace")
        }
        return (ports[0], ports[1])
    }
}

/// Sockets that one visit to a network namespace has opened, to be taken one by one; those that nobody takes are closed.
final class OpenedSockets {
    private var results: [CInt]

    /// One visit for all of them: the thread that goes there costs 60 to 100 µs. Before, `settings` of the namespace are made;
    /// those that the kernel does not have, or not take, are passed over. Throws `KernelError` about the visit.
    init(
        _ wishes: [minirun_socket_wish], in namespace: CInt, settings: [(Sysctl, String)] = []
    ) throws(KernelError) {
        results = [CInt](repeating: -EBADF, count: wishes.count)
        let count = CInt(wishes.count)
        let texts = settings.flatMap { [strdup($0.0.file), strdup($0.1)] }
        defer { for text in texts { free(text) } }
        let raw = stride(from: 0, to: texts.count, by: 2).compactMap { index -> minirun_setting? in
            guard let path = texts[index], let value = texts[index + 1] else { return nil }
            return minirun_setting(path: path, value: value)
        }
        let error = minirun_sockets_in(namespace, raw, CInt(raw.count), wishes, count, &results)
        guard error == 0 else {
            throw KernelError("open sockets in a network namespace", Errno(rawValue: -error))
        }
    }

    deinit { for number in results where number >= 0 { close(number) } }

    /// Gives one away. Throws why it could not be opened.
    func take(_ index: Int) throws(KernelError) -> OwnedDescriptor {
        let number = results[index]
        guard number >= 0 else { throw KernelError("open a socket in a network namespace", Errno(rawValue: -number)) }
        results[index] = -EBADF
        return OwnedDescriptor(owning: number)
    }
}
