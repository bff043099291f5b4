import Namespaces

/// Sets an interface of the host up again that somebody has set down.
public struct SetLinkUp: Step, Equatable {
    /// The interface.
    public var name: String

    /// Names the interface.
    public init(_ name: String) {
        self.name = name
    }

    /// One message; it stays up, whatever happens next. Throws `NetlinkError`.
    public func apply(on stage: Stage) throws {
        try HostNetlink.of(stage).socket.request(.setLink(name))
    }

    /// The `ip` command and the message.
    public var explanation: Explanation {
        Explanation(
            shell: ["ip link set dev \(name.shellQuoted) up"],
            systemCalls: ["RTM_NEWLINK name=\(name) IFF_UP"],
            why: "An interface that is down carries nothing.")
    }
}
