import SystemPackage

extension MakeControlGroup {
    /// Decides where a container's group is and what is written into it; nothing is changed yet.
    ///
    /// Nil when none is needed: without limits there is a group only where the host has nothing but cgroup v2 and the
    /// caller may make one, because a process is born there into its group, but moving one in cgroup v1 takes 5 to 20 ms.
    /// Throws a sentence that names the option when a limit cannot be set here.
    public init?(for limits: ResourceLimits, id: String) throws {
        if try limits.isEmpty && !ControlGroupLayout.hasOnlyUnified() { return nil }
        try self.init(for: limits, id: id, layout: .read())
    }

    /// The same for a layout that is known.
    init?(for limits: ResourceLimits, id: String, layout: ControlGroupLayout) throws {
        var planner = Planner(limits: limits, layout: layout, group: ControlGroup(id: id))
        if limits.isEmpty {
            guard layout.isUnified, let unified = layout.unified, let base = try? unified.delegated() else {
                return nil
            }
            try planner.takeUnified(base, [])
        } else {
            try planner.takeAll()
        }
        (group, settings) = (planner.group, planner.settings)
    }

    private struct Planner {
        let limits: ResourceLimits
        let layout: ControlGroupLayout
        var group: ControlGroup
        var settings: [ControlGroupSetting] = []

        /// Each limit where its controller is: cgroup v2 if it has it there, else cgroup v1.
        mutating func takeAll() throws {
            var available: [String] = []
            if let unified = layout.unified {
                let base = (try? unified.delegated()) ?? unified.own
                available = try ControlGroupHierarchy.words(of: base.appending("cgroup.controllers"))
            }
            let modern = limits.unifiedFiles.filter { available.contains($0.controller) }
            if let first = modern.first, let unified = layout.unified {
                try takeUnified(try delegated(unified, first.option), modern)
            }
            for file in limits.legacyFiles where !available.contains(file.controller) {
                guard let hierarchy = layout.legacy(with: file.controller) else {
                    throw UsageError("\(file.option): \(layout.absence(of: file.controller, unified: available))")
                }
                try takeLegacy(file, hierarchy)
            }
        }

        /// A limit of a group comes into being when its parents hand the controller on to it. Those that tell what is used
        /// are handed on as well, where the host does so up to here: that changes nothing outside of our own directory.
        mutating func takeUnified(_ base: FilePath, _ files: [LimitFile]) throws(KernelError) {
            let place = group.place(in: base)
            group.unified = place
            let subtree = base.appending("cgroup.subtree_control")
            let handedOn = try ControlGroupHierarchy.words(of: subtree)
            var controllers = ["memory", "pids", "io"].filter(handedOn.contains)
            for file in files where !controllers.contains(file.controller) {
                controllers.append(file.controller)
                if !handedOn.contains(file.controller) { enable([file.controller], file.option, subtree) }
            }
            let ours = place.removingLastComponent().appending("cgroup.subtree_control")
            if !controllers.isEmpty { enable(controllers, files.first?.option ?? "control group", ours) }
            for file in files { set(file, in: place) }
        }

        mutating func takeLegacy(_ file: LimitFile, _ hierarchy: ControlGroupHierarchy) throws(KernelError) {
            if group.legacy[file.controller] == nil {
                let base = try delegated(hierarchy, file.option)
                let place = group.place(in: base)
                for controller in hierarchy.controllers { group.legacy[controller] = place }
                if hierarchy.controllers.contains("cpuset") { try inheritCPUs(file.option, from: base, to: place) }
            }
            guard let place = group.legacy[file.controller] else { return }
            set(file, in: place)
        }

        /// A new cpuset of cgroup v1 has no CPUs and no memory nodes, and takes no process until it has both.
        private mutating func inheritCPUs(_ option: String, from base: FilePath, to place: FilePath) throws(KernelError)
        {
            for name in ["cpuset.cpus", "cpuset.mems"] {
                let value = try Files.text(base.appending(name)).trimmed
                // What the limit sets right after need not be set before.
                let limit = name == "cpuset.cpus" ? limits.cpusetCPUs : limits.cpusetMemories
                let isLimited = limit != nil
                for directory in [place.removingLastComponent()] + (isLimited ? [] : [place]) {
                    settings.append(
                        ControlGroupSetting(option: option, file: directory.appending(name), content: .value(value)))
                }
            }
        }

        private mutating func enable(_ controllers: [String], _ option: String, _ file: FilePath) {
            settings.append(ControlGroupSetting(option: option, file: file, content: .controllers(controllers)))
        }

        private mutating func set(_ file: LimitFile, in place: FilePath) {
            settings.append(
                ControlGroupSetting(
                    option: file.option, file: place.appending(file.name), content: .value(file.value),
                    isDispensable: file.isDispensable))
        }

        private func delegated(_ hierarchy: ControlGroupHierarchy, _ option: String) throws(KernelError) -> FilePath {
            do { return try hierarchy.delegated() } catch {
                throw KernelError("\(option): \(error.operation)", error.errno, hint: error.hint)
            }
        }
    }
}
