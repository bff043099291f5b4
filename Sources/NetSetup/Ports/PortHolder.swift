import CShim
import Namespaces
import SystemPackage

/// The minirun that holds a host port, found by the mark of its reservation (sock_diag(7)). Slow: for error texts only.
struct PortHolder {
    /// The process id of the supervisor; nil when /proc does not show it to us.
    let process: CInt?

    /// The marked socket on this port that stands in the way of the address; nil when there is none of ours.
    static func find(_ transport: TransportProtocol, _ port: UInt16, _ address: IPAddress?) -> PortHolder? {
        guard let diagnostics = try? NetlinkSocket(.socketDiagnostics) else { return nil }
        for family in [IPAddress.Family.v4, .v6] {
            let ask = NetlinkMessage("look for the port's holder", type: SOCK_DIAG_BY_FAMILY) { message in
                var request = inet_diag_req_v2()
                request.sdiag_family = UInt8(family.rawValue)
                request.sdiag_protocol = transport.number
                // TCP_LISTEN is 10; an unconnected UDP socket is in TCP_CLOSE, 7.
                request.idiag_states = 1 << 10 | 1 << 7
                request.idiag_ext = 0
                message.putHeader(request)
            }
            let inodes = try? diagnostics.dump(ask) { reply -> UInt32? in
                guard let socket = reply.header(as: inet_diag_msg.self),
                    UInt16(bigEndian: socket.id.idiag_sport) == port,
                    reply.attributes(after: inet_diag_msg.self)[INET_DIAG_MARK]?.value(as: UInt32.self)
                        == LoopPair.mark
                else { return nil }
                let bound = withUnsafeBytes(of: socket.id.idiag_src) {
                    IPAddress(bytes: $0.prefix(family == .v4 ? 4 : 16))
                }
                guard let bound, let address, !bound.isUnspecified, !address.isUnspecified else {
                    return socket.idiag_inode
                }
                return bound == address ? socket.idiag_inode : nil
            }
            if let inode = inodes?.first { return PortHolder(process: owner(of: inode)) }
        }
        return nil
    }

    /// The process that has this socket open.
    private static func owner(of inode: UInt32) -> CInt? {
        let wanted = "socket:[\(inode)]"
        for process in names(in: "/proc").compactMap({ CInt($0) }) {
            let folder = FilePath("/proc/\(process)/fd")
            if names(in: folder).contains(where: { (try? Files.linkTarget(folder.appending($0))) == wanted }) {
                return process
            }
        }
        return nil
    }

    /// None of a process that is not ours to look into, or has just ended.
    private static func names(in folder: FilePath) -> [String] { (try? Files.names(in: folder)) ?? [] }
}
