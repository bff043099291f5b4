import CShim
import Namespaces

/// Sets up a container's name server at 127.0.0.11, and leaves it on the stage as a `NameService` for the poll loop.
public struct ServeNames: Step {
    /// Where the names of networks are.
    public var directory: NameDirectory
    /// The networks, the upstream servers, and whether these are asked.
    public var settings: NameService.Settings
    /// Says of a holder's id whether that container runs.
    public var isAlive: @Sendable (String) -> Bool
    /// Whether port 53 is led to ports of the kernel's choice; not where the kernel cannot do that.
    var rewritesPorts = true

    /// Describes a container's server.
    public init(
        directory: NameDirectory, settings: NameService.Settings, isAlive: @escaping @Sendable (String) -> Bool
    ) {
        self.directory = directory
        self.settings = settings
        self.isAlive = isAlive
    }

    /// After `ConfigureInside`, for loopback has to be up. Throws `KernelError` and `NetlinkError`.
    ///
    /// The server goes on over a restart, as the network does. The table dies with the namespace, and for that the sockets have
    /// to be closed at the container's end. A supervisor that finds a namespace which others have kept sets up its own server.
    public func apply(on stage: Stage) throws {
        let container = try ContainerNetlink.of(stage)
        var sockets = try container.nameSockets()
        let ports = try sockets.bind()
        var notice: String?
        do {
            guard rewritesPorts else { throw NetlinkError("lead port 53 elsewhere", .notSupported) }
            let netfilter = try container.netfilter()
            try netfilter.request(NameTable.messages(NameTable.chain(ports.udp, ports.tcp)))
        } catch let refusal as NetlinkError {
            sockets = try NameSockets(in: container.namespace.descriptor)
            try sockets.bind(port: NameService.port)
            notice =
                "names are served at port 53 of \(NameSockets.address) itself, so no DNS server in the container can bind "
                + "that port on all addresses: \(refusal)"
        }
        let service = NameService(sockets, directory: directory, settings: settings, isAlive: isAlive)
        service.notice = notice
        stage.leave(service)
        stage.undo.push("stop serving names") { service.stop() }
    }

    /// The table by `nft`; the server itself is the supervisor, by hand any other one.
    public var explanation: Explanation {
        let chain = NameTable.chain(0, 0, shown: ("$DNS_UDP_PORT", "$DNS_TCP_PORT"))
        return Explanation(
            shell: [
                "# The supervisor answers at 127.0.0.11; by hand, let any DNS server listen there, inside, on these ports:",
                ": \"${DNS_UDP_PORT:=10053}\" \"${DNS_TCP_PORT:=10053}\"",
                "nsenter --net=\"/proc/$PID/ns/net\" nft -f - <<EOF",
            ] + NameTable.lines(chain) + ["EOF"],
            systemCalls: [
                "setns(CLONE_NEWNET) on a thread of its own, only to open the sockets",
                "socket(AF_INET, SOCK_DGRAM|SOCK_NONBLOCK|SOCK_CLOEXEC), bind(\(NameSockets.address):0)",
                "socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK|SOCK_CLOEXEC), bind(\(NameSockets.address):0), listen",
                "NFNL_MSG_BATCH_BEGIN, NFT_MSG_NEWTABLE ip \(NameTable.name), NFT_MSG_NEWCHAIN, NFT_MSG_NEWRULE, "
                    + "NFNL_MSG_BATCH_END",
            ],
            why: "Containers find each other by name: each has a server at 127.0.0.11 that knows its networks "
                + "(\(settings.zones.map(\.suffix).joined(separator: ", "))) and asks the host's servers for the rest.")
    }
}
