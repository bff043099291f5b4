@testable import Namespaces

/// What can be done with the control groups of the machine that the tests run on.
enum HostControlGroups {
    /// Whether groups can be made in any hierarchy.
    static var canMake: Bool { layout.hierarchies.contains(where: isDelegated) }

    /// Whether they can be made in cgroup v2.
    static var hasUnified: Bool { layout.unified.map(isDelegated) ?? false }

    /// Whether they can be made in cgroup v1's freezer.
    static var hasFreezer: Bool { layout.legacy(with: "freezer").map(isDelegated) ?? false }

    /// Whether a limit can be set, by either version.
    static func canLimit(_ change: (inout ResourceLimits) -> Void) -> Bool {
        var limits = ResourceLimits()
        change(&limits)
        return (try? MakeControlGroup(for: limits, id: "probe", layout: layout)) != nil
    }

    private static var layout: ControlGroupLayout {
        (try? .read()) ?? ControlGroupLayout(mountinfo: "", membership: "")
    }

    private static func isDelegated(_ hierarchy: ControlGroupHierarchy) -> Bool {
        (try? hierarchy.delegated()) != nil
    }
}

extension SpawnedProcess {
    /// How it ended; nil when it still runs after a while.
    func end() throws -> ProcessExit? {
        _ = try Patience.wait { () throws(KernelError) in try reap() != nil }
        return try reap()
    }
}
