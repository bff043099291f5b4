import CShim
import Namespaces
import NetSetup
import SystemPackage
import Testing

/// A host and a neighbour on one wire, and containers that come to the host's.
final class LAN {
    /// It has `ens33`, 192.168.66.11/24 and fd00:66::11/64.
    let host: PrivateNetwork
    /// 192.168.66.50/24 and fd00:66::50/64.
    let neighbour: PrivateNetwork

    init() throws {
        (host, neighbour) = (try PrivateNetwork.host(), try PrivateNetwork.host())
        let me = getpid()
        try host.shell(
            """
            ip link add name ens33 address 52:54:00:00:66:0b type veth peer name eth0 \
                address 52:54:00:00:66:32 netns /proc/\(me)/fd/\(neighbour.descriptor)
            ip link set dev ens33 up
            ip address add 192.168.66.11/24 brd + dev ens33
            ip address add fd00:66::11/64 dev ens33 nodad
            """)
        try neighbour.shell(
            """
            ip link set dev eth0 up
            ip address add 192.168.66.50/24 brd + dev eth0
            ip address add fd00:66::50/64 dev eth0 nodad
            """)
    }

    /// A stage between the host and a new container.
    func stage(for container: PrivateNetwork) throws -> Stage {
        let stage = try host.stage()
        stage.leave(ContainerNetlink(NamespaceHandle(owning: OwnedDescriptor(owning: dup(container.descriptor)))))
        return stage
    }

    /// A container with the mode's steps applied; the stage keeps what takes it back.
    func container(_ mode: MacvlanMode) throws -> (network: PrivateNetwork, stage: Stage) {
        let container = try PrivateNetwork()
        let stage = try stage(for: container)
        try host.run {
            try mode.check(HostNetlink.of(stage).socket)
            for step in mode.networkSteps + mode.attachSteps { try step.apply(on: stage) }
        }
        return (container, stage)
    }
}

extension PrivateNetwork {
    /// Whether an echo request is answered within a second; `options` are ping's.
    func reaches(_ address: String, _ options: String = "") -> Bool {
        (try? shell("busybox ping -c 1 -W 1 \(options) \(address)")) != nil
    }
}
