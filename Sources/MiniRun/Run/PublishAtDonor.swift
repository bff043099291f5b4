import Namespaces
import NetSetup

/// Publishes ports of a network that the container has joined (`--allow-joined-publish`): it is the donor's supervisor that
/// does so, for the addresses are the donor's. What a joiner published and was killed before it could take back ends with
/// the donor.
struct PublishAtDonor: Step {
    /// What is wished for.
    let ports: [PortMapping]
    /// The container whose network it is.
    let donor: ContainerRecord
    /// Where both are.
    let paths: StatePaths

    /// Throws ``ContainerConflict`` with what the donor's supervisor says.
    func apply(on stage: Stage) throws {
        let (lifecycle, id) = (try Lifecycle(paths), donor.id)
        for port in ports {
            try lifecycle.publish("\(port)", of: id)
            stage.undo.push("unpublish \(port) of \(donor.name)") {
                // With a donor that has ended its ports are gone.
                do { try lifecycle.unpublish("\(port)", of: id) } catch is ContainerConflict {}
            }
        }
    }

    var explanation: Explanation {
        let words = ports.map { "minirun publish \(donor.name.shellQuoted) \($0)" }
        return Explanation(
            shell: words, systemCalls: ["connect(control of \(donor.name)), \(ports.count) × publish"],
            why: "The network is \(donor.name)'s, and so are the addresses that published ports lead to.")
    }
}
