import CShim
import Namespaces
import SystemPackage

/// A netlink socket (netlink(7)) that asks one thing at a time and waits for the kernel's answer.
///
/// The kernel works on a request within the send call and queues its answers there, so nothing here waits for anybody:
/// after a refusal, whatever is not in the queue will not come. Not for two threads at once.
public final class NetlinkSocket {
    /// The protocol family of a socket.
    public enum Bus: Sendable {
        /// NETLINK_ROUTE: links, addresses, routes, neighbours (rtnetlink(7)).
        case route
        /// NETLINK_NETFILTER: nftables and conntrack.
        case netfilter
        /// NETLINK_SOCK_DIAG: who holds which socket (sock_diag(7)).
        case socketDiagnostics

        /// Such a socket, for a visit that opens several.
        var wish: minirun_socket_wish {
            minirun_socket_wish(family: AF_NETLINK, type: CInt(SOCK_RAW.rawValue), protocol: number)
        }

        fileprivate var number: CInt {
            switch self {
            case .route: NETLINK_ROUTE
            case .netfilter: NETLINK_NETFILTER
            case .socketDiagnostics: NETLINK_SOCK_DIAG
            }
        }
    }

    /// The socket's protocol family.
    public let bus: Bus
    private let socket: OpaquePointer
    private let buffer: UnsafeMutableRawBufferPointer
    private var sequence: UInt32 = 0

    /// Opens a close-on-exec socket in this process's network namespace, or in the one that `descriptor` (an nsfs file
    /// such as /proc/PID/ns/net; stays the caller's) stands for. The socket remembers its namespace.
    public convenience init(_ bus: Bus, in descriptor: CInt? = nil) throws(NetlinkError) {
        let asked = descriptor == nil ? "open a netlink socket" : "open a netlink socket in a network namespace"
        let socket =
            if let descriptor { try Self.open(bus, in: descriptor, asked) } else { try Self.openHere(bus, asked) }
        try self.init(bus, socket, asked)
    }

    /// Takes an open socket of that bus.
    convenience init(_ bus: Bus, owning descriptor: consuming OwnedDescriptor) throws(NetlinkError) {
        let asked = "open a netlink socket in a network namespace"
        try self.init(bus, try Self.adopt(descriptor.release(), asked), asked)
    }

    /// Opens one in each of several network namespaces; nil where that cannot be.
    static func open(_ bus: Bus, in descriptors: [CInt]) -> [NetlinkSocket?] {
        var numbers = [CInt](repeating: -EBADF, count: descriptors.count)
        guard minirun_netlink_sockets_in(bus.number, descriptors, CInt(descriptors.count), &numbers) == 0 else {
            return descriptors.map { _ in nil }
        }
        return numbers.map { $0 < 0 ? nil : try? NetlinkSocket(bus, owning: OwnedDescriptor(owning: $0)) }
    }

    private init(_ bus: Bus, _ socket: OpaquePointer, _ asked: String) throws(NetlinkError) {
        self.bus = bus
        self.socket = socket
        // As much as the kernel puts into one datagram of a dump.
        buffer = .allocate(byteCount: 32 * 1024, alignment: 16)
        guard mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) == 0 else { throw NetlinkError(asked, .current) }
        // The kernel's own sentence on failure; and the answer without a copy of the request.
        try switchOn(NETLINK_EXT_ACK, asked)
        try switchOn(NETLINK_CAP_ACK, asked)
    }

    deinit {
        // Closing a netfilter socket may wait for an RCU grace period: let the kernel do that on its own time.
        if bus == .netfilter { minirun_netlink_close_aside(socket) } else { mnl_socket_close(socket) }
        buffer.deallocate()
    }

    /// The number of the open socket, borrowed: for poll(2) and for joining notification groups.
    public var descriptor: CInt { mnl_socket_get_fd(socket) }

    /// Sends one request and waits for its acknowledgement.
    public func request(_ message: NetlinkMessage) throws(NetlinkError) {
        try request([message])
    }

    /// Sends several requests in one system call and waits until all are acknowledged; throws the first refusal.
    ///
    /// On the route bus each request stands for itself: those after a refused one are carried out all the same. On the
    /// netfilter bus a batch between NFNL_MSG_BATCH_BEGIN and NFNL_MSG_BATCH_END is one transaction.
    public func request(_ messages: [NetlinkMessage]) throws(NetlinkError) {
        guard !messages.isEmpty else { return }
        // A refusal is always answered, a success only when asked: one acknowledgement, of the last, is enough. The end
        // of a transaction is no request of its own (kernels before 6.10 do not acknowledge it).
        let isTransaction = bus == .netfilter && messages.count > 1
        let awaited =
            isTransaction && messages.last?.type == UInt16(NFNL_MSG_BATCH_END) ? messages.count - 2 : messages.count - 1
        let first = try send(messages, flags: UInt16(NLM_F_ACK), on: awaited)
        var refusal: NetlinkError?
        while true {
            // After a refusal that covers a whole transaction no acknowledgement follows: take only what is there.
            guard let count = try receive(messages[0].asked, wait: refusal == nil) else { break }
            var done = false
            forEachReply(count) { reply in
                let index = Int(reply.header.pointee.nlmsg_seq &- first)
                guard reply.type == UInt16(NLMSG_ERROR), messages.indices.contains(index) else { return }
                let found = Self.refusal(reply, messages[index].asked)
                if refusal == nil, found?.errno != messages[index].tolerated { refusal = found }
                if index == awaited { done = true }
            }
            if done { break }
        }
        if let refusal { throw refusal }
    }

    /// Sends a request for one object and reads its answer; nil when `read` made nothing of it.
    ///
    /// "No such object" is thrown, as ENODEV or ENOENT.
    public func get<Value>(
        _ message: NetlinkMessage, _ read: (NetlinkReply) -> Value?
    ) throws(NetlinkError) -> Value? {
        try collect(message, flags: 0, read).values.first
    }

    /// Asks for all objects of a kind and reads each; asks again when the kernel says that they changed meanwhile.
    public func dump<Value>(
        _ message: NetlinkMessage, _ read: (NetlinkReply) -> Value?
    ) throws(NetlinkError) -> [Value] {
        while true {
            let (values, interrupted) = try collect(message, flags: UInt16(NLM_F_DUMP), read)
            if !interrupted { return values }
        }
    }

    /// Makes dumps heed what their header asks for, an interface's number for instance, instead of listing everything
    /// (NETLINK_GET_STRICT_CHK); once is enough.
    public func checkDumpsStrictly() throws(NetlinkError) {
        try switchOn(NETLINK_GET_STRICT_CHK, "ask for exact answers")
    }

    /// Reads what has come by itself since, to a socket that has joined a group; waits for nothing. Lost messages are lost.
    package func takeNotifications(_ body: (NetlinkReply) -> Void) {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, CInt(MSG_DONTWAIT))
            let error = Errno.current
            if count >= 0 {
                forEachReply(count, body)
            } else if error != .interrupted && error != .noBufferSpace {
                return
            }
        }
    }

    /// Joins a notification group (NETLINK_ADD_MEMBERSHIP). Throws `NetlinkError`.
    package func join(_ group: some BinaryInteger, _ asked: String) throws(NetlinkError) {
        var group = CInt(group)
        let size = socklen_t(MemoryLayout<CInt>.size)
        guard setsockopt(descriptor, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, size) == 0 else {
            throw NetlinkError(asked, .current)
        }
        // Much may come at once; where more room is not allowed, the usual has to do.
        var room: CInt = 4 << 20
        _ = setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &room, size)
    }

    private func collect<Value>(
        _ message: NetlinkMessage, flags: UInt16, _ read: (NetlinkReply) -> Value?
    ) throws(NetlinkError) -> (values: [Value], interrupted: Bool) {
        let first = try send([message], flags: flags, on: 0)
        var values: [Value] = []
        var interrupted = false
        var refusal: NetlinkError?
        var done = false
        while !done, let count = try receive(message.asked, wait: true) {
            forEachReply(count) { reply in
                guard !done, reply.header.pointee.nlmsg_seq == first else { return }
                let flags = reply.header.pointee.nlmsg_flags
                if flags & UInt16(NLM_F_DUMP_INTR) != 0 { interrupted = true }
                switch CInt(reply.type) {
                case NLMSG_ERROR, NLMSG_DONE:
                    refusal = Self.refusal(reply, message.asked)
                    done = true
                default:
                    if let value = read(reply) { values.append(value) }
                    done = flags & UInt16(NLM_F_MULTI) == 0
                }
            }
        }
        if let refusal { throw refusal }
        return (values, interrupted)
    }

    /// Sends the messages in one call, numbered one after the other; returns the first number.
    private func send(_ messages: [NetlinkMessage], flags: UInt16, on flagged: Int) throws(NetlinkError) -> UInt32 {
        let first = sequence &+ 1
        var bytes: [UInt8] = []
        for (index, message) in messages.enumerated() {
            guard !message.isTruncated else { throw NetlinkError(message.asked, Errno(rawValue: EMSGSIZE)) }
            sequence &+= 1
            let start = bytes.count
            bytes += message.bytes
            let number = sequence
            bytes.withUnsafeMutableBytes { raw in
                guard let base = raw.baseAddress else { return }
                let header = (base + start).assumingMemoryBound(to: nlmsghdr.self)
                header.pointee.nlmsg_seq = number
                if index == flagged { header.pointee.nlmsg_flags |= flags }
            }
        }
        let sent = bytes.withUnsafeBytes { mnl_socket_sendto(socket, $0.baseAddress, $0.count) }
        guard sent >= 0 else { throw NetlinkError(messages[0].asked, .current) }
        return first
    }

    /// Reads one datagram into the buffer; nil when there is none and it is not worth waiting.
    private func receive(_ asked: String, wait: Bool) throws(NetlinkError) -> Int? {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, wait ? 0 : CInt(MSG_DONTWAIT))
            let error = Errno.current
            if count >= 0 { return count }
            if error == .interrupted { continue }
            if error == .wouldBlock && !wait { return nil }
            throw NetlinkError(asked, error)
        }
    }

    private func forEachReply(_ count: Int, _ body: (NetlinkReply) -> Void) {
        guard let base = buffer.baseAddress else { return }
        var header: UnsafePointer<nlmsghdr>? = UnsafePointer(base.assumingMemoryBound(to: nlmsghdr.self))
        var rest = CInt(count)
        while let current = header, mnl_nlmsg_ok(current, rest) {
            body(NetlinkReply(header: current))
            header = UnsafePointer(mnl_nlmsg_next(current, &rest))
        }
    }

    /// The refusal that an NLMSG_ERROR or NLMSG_DONE carries; nil when its number is zero, which is the acknowledgement.
    private static func refusal(_ reply: NetlinkReply, _ asked: String) -> NetlinkError? {
        guard let number = reply.header(as: CInt.self), number < 0 else { return nil }
        let hasText = reply.header.pointee.nlmsg_flags & UInt16(NLM_F_ACK_TLVS) != 0
        let isDone = reply.type == UInt16(NLMSG_DONE)
        let attributes = isDone ? reply.attributes(after: CInt.self) : reply.attributes(after: nlmsgerr.self)
        let sentence = hasText ? attributes[NLMSGERR_ATTR_MSG.rawValue]?.text : nil
        return NetlinkError(asked, Errno(rawValue: -number), sentence: sentence)
    }

    private static func open(_ bus: Bus, in namespace: CInt, _ asked: String) throws(NetlinkError) -> OpaquePointer {
        let number = minirun_netlink_socket_in(bus.number, namespace)
        guard number >= 0 else { throw NetlinkError(asked, Errno(rawValue: -number)) }
        return try adopt(number, asked)
    }

    private static func adopt(_ number: CInt, _ asked: String) throws(NetlinkError) -> OpaquePointer {
        guard let socket = mnl_socket_fdopen(number) else {
            let error = Errno.current
            close(number)
            throw NetlinkError(asked, error)
        }
        return socket
    }

    private static func openHere(_ bus: Bus, _ asked: String) throws(NetlinkError) -> OpaquePointer {
        guard let socket = mnl_socket_open2(bus.number, CInt(SOCK_CLOEXEC.rawValue)) else {
            throw NetlinkError(asked, .current)
        }
        return socket
    }

    private func switchOn(_ option: CInt, _ asked: String) throws(NetlinkError) {
        var on: CInt = 1
        guard mnl_socket_setsockopt(socket, option, &on, socklen_t(MemoryLayout<CInt>.size)) == 0 else {
            throw NetlinkError(asked, .current)
        }
    }
}

extension NetlinkMessage {
    fileprivate var type: UInt16? {
        bytes.count >= 6 ? bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 4, as: UInt16.self) } : nil
    }
}
