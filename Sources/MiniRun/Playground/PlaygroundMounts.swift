import CShim
import Namespaces
import NetSetup
import SystemPackage

/// The file systems of a playground: /proc and /sys of its own namespaces, and an empty /run.
enum PlaygroundMounts {
    /// Where minirun keeps what would stay over a reboot, unless the caller's MINIRUN_ROOT says otherwise.
    static let root = "/run/lib/minirun"
    /// The settings' file, unless the caller's MINIRUN_CONFIG says otherwise.
    static let settings = "/run/minirun.json"

    /// Mounts them; the calling process is alone in its mount namespace, whose mounts are private.
    static func build() throws {
        let resolver = Resolver()
        try mount("proc", on: "/proc", type: "proc", flags: .dataOnly)
        try mountSysfs()
        try mount("tmpfs", on: "/run", type: "tmpfs", flags: [.noSetUserID, .noDevices], data: "mode=755")
        for path in ["/run/netns", "/run/lock", "/run/lib", root] { mkdir(path, 0o755) }
        try resolver?.put()
    }

    /// Interfaces are seen in the sysfs of their own namespace. Where the kernel refuses (a /sys that is partly covered,
    /// as in other engines' containers), the old one stays: only /sys/class/net is wrong then.
    private static func mountSysfs() throws {
        let cgroup = minirun_open_tree(AT_FDCWD, "/sys/fs/cgroup", 1)
        do {
            try mount("sysfs", on: "/sys", type: "sysfs", flags: .dataOnly)
        } catch  where error.errno == .notPermitted {
            if cgroup >= 0 { close(cgroup) }
            return
        }
        guard cgroup >= 0 else { return }
        _ = minirun_move_mount(cgroup, "/sys/fs/cgroup")
        close(cgroup)
    }

    private static func mount(
        _ source: String, on target: String, type: String, flags: MountFlags, data: String? = nil
    ) throws(KernelError) {
        if CShim.mount(source, target, type, UInt(flags.rawValue), data) != 0 {
            let errno = Errno.current
            let hint = "a part of \(target) is covered here, as in a container; the kernel then shows no new one"
            throw KernelError(
                "mount \(type) on \(target) (flags \(flags.kernelNames))", errno,
                hint: errno == .notPermitted && type == "proc" ? hint : nil)
        }
    }

    /// A resolv.conf that leads to the playground's router, in the place of the machine's; that one is not to be changed by
    /// whoever mends a playground, its servers are out of reach, and where it is a link into /run, as systemd-resolved's, it
    /// would point nowhere.
    private struct Resolver {
        private let path: FilePath

        /// Where the machine's is, before /run is covered; or would be, where a link leads into /run to nothing. Nil where the
        /// machine has none.
        init?() {
            if let resolved = realpath(ContainerResolver.hostPath, nil) {
                defer { free(resolved) }
                path = FilePath(String(cString: resolved))
            } else {
                guard let target = try? Files.linkTarget(FilePath(ContainerResolver.hostPath)) else { return nil }
                path = FilePath("/etc").pushing(FilePath(target)).lexicallyNormalized()
                guard path.string.hasPrefix("/run/") else { return nil }
            }
        }

        func put() throws(KernelError) {
            guard !path.string.hasPrefix("/run/") else {
                try Files.makeDirectory(path.removingLastComponent())
                return try Files.write(PlaygroundNames.resolver, to: path)
            }
            let own: FilePath = "/run/resolv.conf"
            try Files.write(PlaygroundNames.resolver, to: own)
            try mount(own.string, on: path.string, type: "none", flags: .bind)
        }
    }
}
