import CShim
import Namespaces

/// Puts the host's end of a cable into its bridge (again): who deletes a bridge pulls all of them out.
public struct PlugCable: Step, Equatable {
    /// The host's end.
    public var hostName: String
    /// The bridge that it becomes a port of.
    public var bridge: String
    /// What the bridge is told about the port.
    public var port: BridgePort

    /// Describes the port.
    public init(_ hostName: String, into bridge: String, port: BridgePort) {
        self.hostName = hostName
        self.bridge = bridge
        self.port = port
    }

    /// Whether there is a cable that hangs in nothing. Throws `NetlinkError`.
    public func isNeeded(_ socket: NetlinkSocket) throws(NetlinkError) -> Bool {
        guard let cable = try socket.link(named: hostName) else { return false }
        return cable.master == nil
    }

    /// Throws `NetlinkError`, for a bridge that is not there too. A cable that has gone with its container is no failure.
    public func apply(on stage: Stage) throws {
        let socket = try HostNetlink.of(stage).socket
        guard try isNeeded(socket) else { return }
        guard let master = try socket.link(named: bridge) else {
            throw NetlinkError("connect \(hostName) to bridge \(bridge)", .noSuchDevice)
        }
        try socket.request([.setMaster(master.index, of: hostName), .setLink(hostName, port: port)])
    }

    /// Tells the bridge about the port of a cable that is plugged in; one that has gone with its container is no failure.
    /// Throws `NetlinkError`.
    public func setPort(_ socket: NetlinkSocket) throws(NetlinkError) {
        var message = NetlinkMessage.setLink(hostName, isUp: false, port: port)
        message.tolerated = .noSuchDevice
        try socket.request(message)
    }

    /// The `ip` command and the messages.
    public var explanation: Explanation {
        let dev = hostName.shellQuoted
        return Explanation(
            shell: [
                "ip link set dev \(dev) master \(bridge.shellQuoted) up",
                "ip link set dev \(dev) type bridge_slave \(port.shell)",
            ],
            systemCalls: [
                "RTM_NEWLINK name=\(hostName) IFLA_MASTER=\(bridge)",
                "RTM_NEWLINK name=\(hostName) IFF_UP \(port.shell)",
            ],
            why: "The bridge was deleted and made again; the cable has been hanging in the air since.")
    }
}
