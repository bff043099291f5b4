import CShim
import SystemPackage

/// How this host has its control groups: cgroup v2, v1, or both side by side ("hybrid").
public struct ControlGroupLayout: Sendable, Equatable {
    /// The cgroup v2 hierarchy, if mounted.
    public let unified: ControlGroupHierarchy?
    /// The cgroup v1 hierarchies.
    public let legacy: [ControlGroupHierarchy]

    /// From the texts of /proc/self/mountinfo and /proc/PID/cgroup. Of several mounts of a hierarchy the first counts.
    public init(mountinfo: String, membership: String) {
        var unified: ControlGroupHierarchy?
        var legacy: [ControlGroupHierarchy] = []
        let memberships = ControlGroupMembership.parse(membership)
        for mount in ControlGroupMount.parse(mountinfo: mountinfo) {
            let found = memberships.first {
                mount.isUnified
                    ? $0.controllers.isEmpty
                    : !$0.controllers.isEmpty && $0.controllers.allSatisfy(mount.options.contains)
            }
            guard let found else { continue }
            let hierarchy = ControlGroupHierarchy(controllers: found.controllers, mount: mount, path: found.path)
            if mount.isUnified {
                unified = unified ?? hierarchy
            } else if !legacy.contains(where: { $0.controllers == found.controllers }) {
                legacy.append(hierarchy)
            }
        }
        self.unified = unified
        self.legacy = legacy
    }

    /// Reads the layout as the caller sees it, and where in it a process is: the caller, unless another is named.
    public static func read(of process: pid_t? = nil) throws(KernelError) -> ControlGroupLayout {
        let process = process.map(String.init) ?? "self"
        return ControlGroupLayout(
            mountinfo: try Files.text("/proc/self/mountinfo"),
            membership: try Files.text(FilePath("/proc/\(process)/cgroup")))
    }

    /// Whether the kernel has no cgroup v1 hierarchy at all. That is asked at every start, and the mounts may be many: the
    /// file has cgroup v2 in its last line.
    package static func hasOnlyUnified() throws(KernelError) -> Bool {
        (try Files.text(ifPresent: "/proc/self/cgroup") ?? "").begins(with: "0::")
    }

    /// Whether there is cgroup v2 and nothing else: only there a group costs nothing worth saving.
    public var isUnified: Bool { unified != nil && legacy.isEmpty }

    /// All hierarchies, cgroup v2 first.
    var hierarchies: [ControlGroupHierarchy] { (unified.map { [$0] } ?? []) + legacy }

    /// The cgroup v1 hierarchy that has a controller.
    func legacy(with controller: String) -> ControlGroupHierarchy? {
        legacy.first { $0.controllers.contains(controller) }
    }

    /// What to say of a controller that neither version has: `this host's cgroup v2 has no memory controller
    /// (cgroup.controllers: hugetlb)`.
    func absence(of controller: String, unified controllers: [String]) -> String {
        let names = controllers.isEmpty ? "none" : controllers.joined(separator: " ")
        let others = legacy.flatMap(\.controllers).joined(separator: " ")
        return switch (unified != nil, legacy.isEmpty) {
        case (false, true): "this host has no control groups mounted"
        case (true, true): "this host's cgroup v2 has no \(controller) controller (cgroup.controllers: \(names))"
        case (false, false): "this host's cgroup v1 has no \(controller) controller (mounted: \(others))"
        case (true, false):
            "this host has no \(controller) controller (cgroup v2: \(names); cgroup v1: \(others))"
        }
    }
}
