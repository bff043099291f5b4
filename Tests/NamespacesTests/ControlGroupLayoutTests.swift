import SystemPackage
import Testing

@testable import Namespaces

@Suite("The layout of control groups")
struct ControlGroupLayoutTests {
    /// A host, by the texts of /proc/self/mountinfo and /proc/self/cgroup, and what is to be read in them.
    struct Host: Sendable, CustomStringConvertible {
        var description: String
        var mountinfo: String
        var membership: String
        var isUnified = false
        var unified: String?
        var legacy: [String: String] = [:]
    }

    static let hosts: [Host] = [
        Host(
            description: "cgroup v2, in a session of systemd's",
            mountinfo: """
                22 28 0:21 / /sys rw,nosuid shared:7 - sysfs sysfs rw
                26 22 0:24 / /sys/fs/cgroup rw,nosuid,nodev shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot
                """,
            membership: "0::/user.slice/user-1000.slice/session-3.scope\n", isUnified: true,
            unified: "/sys/fs/cgroup/user.slice/user-1000.slice/session-3.scope"),
        Host(
            description: "cgroup v1 and v2 side by side",
            mountinfo: """
                32 31 0:28 / /sys/fs/cgroup/cpu,cpuacct rw shared:10 master:3 - cgroup cgroup rw,cpu,cpuacct
                33 31 0:29 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd
                41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
                """,
            membership: "3:cpu,cpuacct:/a:b\n1:name=systemd:/init.scope\n0::/\n",
            unified: "/sys/fs/cgroup/unified",
            legacy: [
                "cpu": "/sys/fs/cgroup/cpu,cpuacct/a:b", "cpuacct": "/sys/fs/cgroup/cpu,cpuacct/a:b",
                "name=systemd": "/sys/fs/cgroup/systemd/init.scope",
            ]),
        Host(
            description: "a container that sees its own group as the top of the mount",
            mountinfo: "700 690 0:31 /docker/4f /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n",
            membership: "4:memory:/docker/4f/inner\n", legacy: ["memory": "/sys/fs/cgroup/memory/inner"]),
        Host(
            description: "a container whose group has only its name's beginning in common with the mount's",
            mountinfo: "700 690 0:31 /docker/4f /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n",
            membership: "4:memory:/docker/4f2\n", legacy: ["memory": "/sys/fs/cgroup/memory"]),
        Host(
            description: "a process outside of its cgroup namespace's root",
            mountinfo: "700 690 0:31 /../.. /mnt/cg rw - cgroup2 cgroup2 rw\n", membership: "0::/\n", isUnified: true,
            unified: "/mnt/cg"),
        Host(
            description: "a mount point with a space, mounted twice",
            mountinfo: """
                1 2 0:3 / /mnt/control\\040groups rw - cgroup2 cgroup2 rw
                2 2 0:3 / /mnt/again rw - cgroup2 cgroup2 rw
                """,
            membership: "0::/x\n", isUnified: true, unified: "/mnt/control groups/x"),
        Host(
            description: "none, and lines that are damaged",
            mountinfo: "1 2 0:3 / /sys rw - sysfs sysfs rw\n- cgroup2\n1 2 3 4 5 6 - cgroup2 x\n\n",
            membership: "0\n::\n"),
    ]

    @Test("is read from mounts and memberships", arguments: hosts)
    func read(host: Host) {
        let layout = ControlGroupLayout(mountinfo: host.mountinfo, membership: host.membership)
        #expect(layout.isUnified == host.isUnified)
        #expect(layout.unified?.own == host.unified.map { FilePath($0) })
        let controllers = layout.legacy.flatMap(\.controllers)
        #expect(Set(controllers) == Set(host.legacy.keys))
        for (controller, directory) in host.legacy {
            #expect(layout.legacy(with: controller)?.own == FilePath(directory))
        }
    }

    @Test("has every level from the mount down to the own group")
    func levels() {
        let layout = ControlGroupLayout(mountinfo: Self.hosts[0].mountinfo, membership: "0::/a/b\n")
        #expect(layout.unified?.levels == ["/sys/fs/cgroup", "/sys/fs/cgroup/a", "/sys/fs/cgroup/a/b"])
    }

    @Test(
        "says of a missing controller what there is",
        arguments: [
            (0, "this host's cgroup v2 has no memory controller (cgroup.controllers: hugetlb)"),
            (1, "this host has no memory controller (cgroup v2: hugetlb; cgroup v1: cpu cpuacct name=systemd)"),
            (3, "this host's cgroup v1 has no memory controller (mounted: memory)"),
            (6, "this host has no control groups mounted"),
        ])
    func absence(index: Int, sentence: String) {
        let host = Self.hosts[index]
        let layout = ControlGroupLayout(mountinfo: host.mountinfo, membership: host.membership)
        #expect(layout.absence(of: "memory", unified: ["hugetlb"]) == sentence)
    }

    @Test("of this machine can be read, also for another process")
    func here() throws {
        let layout = try ControlGroupLayout.read()
        #expect(try ControlGroupLayout.read(of: 1).hierarchies.count == layout.hierarchies.count)
        #expect(throws: KernelError.self) { try ControlGroupLayout.read(of: -1) }
    }
}
