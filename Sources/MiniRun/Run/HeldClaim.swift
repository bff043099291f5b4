import Namespaces
import NetSetup

/// A claim as a step: it was taken, or chosen, before the plan was made, so applying it does nothing more.
struct HeldClaim: Step {
    let explanation: Explanation

    func apply(on stage: Stage) {}

    static func name(_ name: String, id: String) -> HeldClaim {
        HeldClaim(
            explanation: Explanation(
                shell: ["ID=\(id)", "# name \(name)"],
                systemCalls: ["mkdir(\"containers/\(ContainerID.short(id))...\"), flock(LOCK_EX|LOCK_NB)"],
                why: "The name \(name) belongs to this container as long as its supervisor holds the lock."))
    }

    static func address(_ address: IPAddress, on link: String) -> HeldClaim {
        HeldClaim(
            explanation: Explanation(
                shell: ["# address \(address) on \(link)"],
                systemCalls: ["open(\"\(address)\", O_CREAT|O_RDWR), flock(LOCK_EX|LOCK_NB)"],
                why: "No other container gets \(address) while the lease's file is locked."))
    }

    static func port(_ publication: Publication) -> HeldClaim {
        let place = publication.publishedPorts.map(\.frontend).joined(separator: ", ")
        let type = publication.container.transport == .udp ? "SOCK_DGRAM" : "SOCK_STREAM"
        return HeldClaim(
            explanation: Explanation(
                shell: [
                    "# host port \(place) for \(publication.container)",
                    "# (no command holds a port like this; without a holder the firewall leads nobody to the container)",
                ],
                systemCalls: [
                    "socket(\(type)), setsockopt(SO_MARK, SO_ATTACH_FILTER), bind(\(place)), listen(0)"
                ],
                why: "A bound socket is what makes port \(publication.hostPort) ours: nobody else can bind it."))
    }
}
