import CShim
import Namespaces
import NetSetup
import SystemPackage

/// What a container is called inside.
enum Hostname {
    /// `--hostname`; else the host's own name in the host's network or UTS namespace, the donor's in a joined network, and
    /// otherwise the short id. Throws the kernel's refusal to tell the host's name.
    static func of(
        _ configuration: ContainerConfiguration, namespaces: NamespacePlan, id: String
    ) throws(KernelError) -> String {
        if let given = configuration.request.hostname, !given.isEmpty { return given }
        if let donor = namespaces.networkDonor {
            return donor.hostname
        }
        if configuration.uts == .host || configuration.network == .host { return try ofHost() }
        return ContainerID.short(id)
    }

    private static func ofHost() throws(KernelError) -> String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { throw KernelError.current("ask for the host's name") }
        return String(untilNul: name)
    }
}
