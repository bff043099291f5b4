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
        let resolver = try ResolverCopy()
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

    /// A copy of /etc/resolv.conf in its place: the machine's is not to be changed by whoever mends a playground, and where it is
    /// a link into /run, as systemd-resolved's, it would point nowhere.
    private struct ResolverCopy {
        var path: FilePath
        var content: String

        init?() throws(KernelError) {
            guard let resolved = realpath(ContainerResolver.hostPath, nil) else { return nil }
            defer { free(resolved) }
            path = FilePath(String(cString: resolved))
            // What may not be read cannot be changed either.
            do { content = try Files.text(path) } catch  where error.errno == .permissionDenied { return nil }
        }

        func put() throws(KernelError) {
            guard !path.string.hasPrefix("/run/") else {
                try Files.makeDirectory(path.removingLastComponent())
                return try Files.write(content, to: path)
            }
            let copy: FilePath = "/run/resolv.conf"
            try Files.write(content, to: copy)
            try mount(copy.string, on: path.string, type: "none", flags: .bind)
        }
    }
}
