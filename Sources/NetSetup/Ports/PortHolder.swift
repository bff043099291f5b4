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
        for process in entries("/proc").compactMap({ CInt($0) }) {
            let folder = "/proc/\(process)/fd"
            if entries(folder).contains(where: { link("\(folder)/\($0)") == wanted }) { return process }
        }
        return nil
    }

    private static func entries(_ folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names
    }

    private static func link(_ path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { readlink(path, $0, bytes.count) } ?? -1
        }
        return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
    }
}
