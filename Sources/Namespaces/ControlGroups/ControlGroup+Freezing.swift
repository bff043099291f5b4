import CShim
import SystemPackage

extension ControlGroup {
    /// The file that freezes the group; nil when it is in no hierarchy that can. cgroup v2 needs no controller for it.
    private var freezer: (directory: FilePath, isUnified: Bool)? {
        if let unified { return (unified, true) }
        return legacy["freezer"].map { ($0, false) }
    }

    /// Whether ``freeze()`` can work.
    public var canFreeze: Bool { freezer != nil }

    /// Stops every process of the group where it stands, and returns when all have stopped.
    public func freeze() throws(KernelError) {
        guard let freezer else { throw KernelError("freeze \(id)", .notSupported) }
        do throws(KernelError) {
            if freezer.isUnified { try put("1", "cgroup.freeze", freezer.directory) }
            let isDone = try Patience.wait { () throws(KernelError) in
                // While a member forks, cgroup v1 stays FREEZING until it is told again.
                if !freezer.isUnified { try put("FROZEN", "freezer.state", freezer.directory) }
                return try isFrozen()
            }
            guard isDone else { throw KernelError("freeze the control group \(freezer.directory)", .timedOut) }
        } catch {
            try? thaw()
            throw error
        }
    }

    /// Lets them go on. A group that is gone, or on its way, has nobody left who stands still: on cgroup v2 SIGKILL reaches
    /// the frozen.
    public func thaw() throws(KernelError) {
        guard let freezer else { throw KernelError("thaw \(id)", .notSupported) }
        do throws(KernelError) {
            if freezer.isUnified {
                try put("0", "cgroup.freeze", freezer.directory)
            } else {
                try put("THAWED", "freezer.state", freezer.directory)
            }
        } catch {
            let isGone = error.errno == .noSuchFileOrDirectory || error.errno == .operationNotSupportedByDevice
            guard isGone else { throw error }
        }
    }

    /// Whether every process of the group has stopped.
    public func isFrozen() throws(KernelError) -> Bool {
        guard let freezer else { return false }
        if freezer.isUnified {
            return FlatKeyed(try Files.text(freezer.directory.appending("cgroup.events")))["frozen"] == 1
        }
        return try Files.text(freezer.directory.appending("freezer.state")).trimmed == "FROZEN"
    }

    private func put(_ text: String, _ name: FilePath.Component, _ directory: FilePath) throws(KernelError) {
        try Files.put(text, into: directory.appending(name))
    }
}

extension ControlGroup {
    /// The group by which a running container can be frozen; `process` is the container's first.
    ///
    /// On a host with nothing but cgroup v2 every container has been in one from its start. On others it gets one now: a
    /// directory of cgroup v2, or of cgroup v1's freezer, into which all processes of its pid namespace are moved.
    public static func forFreezing(_ id: String, process: pid_t) throws -> ControlGroup {
        let layout = try ControlGroupLayout.read(of: process)
        var group = existing(id, in: layout) ?? ControlGroup(id: id)
        if layout.isUnified && group.canFreeze { return group }

        let processes = try ContainerProcesses(first: process)
        guard processes.isPrivate else {
            throw UsageError(
                "it shares its process ids with others and has no control group, so it cannot be frozen alone")
        }
        if !group.canFreeze {
            let own = try ControlGroupLayout.read()
            if let unified = own.unified {
                group.unified = group.place(in: try unified.delegated())
            } else if let freezer = own.legacy(with: "freezer") {
                let place = group.place(in: try freezer.delegated())
                for controller in freezer.controllers { group.legacy[controller] = place }
            } else {
                throw UsageError("this host has neither cgroup v2 nor cgroup v1's freezer mounted")
            }
            try group.make()
        }
        try group.gather(processes)
        return group
    }

    /// Moves processes in until there are none outside; a process that forks meanwhile may leave its child there.
    private func gather(_ processes: ContainerProcesses) throws(KernelError) {
        guard let freezer else { return }
        let only = ControlGroup(id: id, freezerAt: freezer.directory, isUnified: freezer.isUnified)
        // Zombies stay where they are, and are asked once.
        var asked = Set(try only.processes())
        while true {
            let others = try processes.list().filter { !asked.contains($0) }
            if others.isEmpty { return }
            for process in others {
                do { try only.enter(process, unified: true) } catch {
                    guard error.errno == .noSuchProcess else { throw error }
                }
                asked.insert(process)
            }
            asked.formUnion(try only.processes())
        }
    }

    private init(id: String, freezerAt directory: FilePath, isUnified: Bool) {
        self.init(id: id)
        if isUnified { unified = directory } else { legacy["freezer"] = directory }
    }
}
