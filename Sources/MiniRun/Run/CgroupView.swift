import Namespaces

/// `--cgroupns`: whether a container sees the whole tree of control groups, or its own as the root.
enum CgroupView {
    /// Docker's rule: private where the host has nothing but cgroup v2, unless something else is asked for. Throws Docker's
    /// sentence for what it refuses with cgroup v1.
    static func isPrivate(_ configuration: ContainerConfiguration) throws -> Bool {
        switch configuration.cgroupns {
        case .host: return false
        case .automatic: return try ControlGroupLayout.hasOnlyUnified()
        case .new:
            if configuration.request.privileged, try !ControlGroupLayout.hasOnlyUnified() {
                throw UsageError(
                    "privileged mode is incompatible with private cgroup namespaces on cgroup v1 host. "
                        + "You must run the container in host cgroup namespace when running privileged mode")
            }
            return true
        }
    }
}
