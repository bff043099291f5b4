import Namespaces

/// What a container is given, target by target: its own options before what `--volumes-from` says, and that before what its
/// image asks for. Names are drawn for volumes that have none, so the result means the same at every start.
enum MountResolution {
    /// Decides for a new container. Throws `NoSuchContainer` for a container of `--volumes-from` that is not there.
    static func mounts(
        _ configuration: ContainerConfiguration, image: ImageConfiguration, _ store: ContainerStore
    ) throws -> [MountSpecification] {
        var mounts = configuration.mounts
        var taken = Set(mounts.map(\.target))
        var inherited: [MountSpecification] = []
        for donor in configuration.volumesFrom {
            for mount in try donor.mounts(store) where !taken.contains(mount.target) {
                // Of several donors the last one counts.
                inherited.removeAll { $0.target == mount.target }
                inherited.append(mount)
            }
        }
        mounts += inherited
        for target in mounts.map(\.target) + image.volumes.map({ CleanPath.of("/\($0)") }) { try checkProc(target) }
        taken.formUnion(inherited.map(\.target))
        for path in image.volumes {
            let target = CleanPath.of("/\(path)")
            guard target != "/", taken.insert(target).inserted else { continue }
            mounts.append(MountSpecification(.volume, target: target))
        }
        return try mounts.map { mount in
            guard mount.kind == .volume, mount.source.isEmpty else { return mount }
            var mount = mount
            mount.source = try ContainerID.make()
            mount.isAnonymous = true
            return mount
        }
    }

    /// Nothing covers /proc, or what is hidden and shut in it would be open below; in runc's words. Files that lxcfs makes for
    /// a container are the exception, as there.
    private static func checkProc(_ target: String) throws(UsageError) {
        guard target == "/proc" || target.begins(with: "/proc/"), !ownFiles.contains(target) else { return }
        throw UsageError("\(target.goQuoted) cannot be mounted because it is inside \"/proc\"")
    }

    private static let ownFiles: Set<String> = [
        "/proc/cpuinfo", "/proc/diskstats", "/proc/meminfo", "/proc/stat", "/proc/swaps", "/proc/uptime",
        "/proc/loadavg", "/proc/slabinfo", "/proc/sys/kernel/ns_last_pid", "/proc/sys/crypto/fips_enabled",
    ]
}
