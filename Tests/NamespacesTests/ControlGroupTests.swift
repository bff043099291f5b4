import CShim
import SystemPackage
import Testing

@testable import Namespaces

/// Control groups of this machine's kernel, each with an id of its own, removed with the test.
@Suite(
    "A control group", .serialized,
    .enabled(
        if: ContainerFixture.canSpawn && HostControlGroups.canMake, "needs root, busybox-static and control groups"))
struct ControlGroupTests {
    private let layout: ControlGroupLayout
    private let id = "test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"

    init() throws { layout = try ControlGroupLayout.read() }

    /// A container in a group with limits; the group is made, and removed after the container's end.
    private func limited(_ change: (inout ResourceLimits) -> Void) throws -> (ContainerFixture, ControlGroup) {
        var limits = ResourceLimits()
        change(&limits)
        let step = try #require(try MakeControlGroup(for: limits, id: id, layout: layout))
        let container = try ContainerFixture()
        try step.apply(on: container.stage)
        container.controlGroup = step.group
        return (container, step.group)
    }

    @Test(
        "kills what takes more memory than allowed, and counts that",
        .enabled(if: HostControlGroups.canLimit { $0.memory = 16 << 20 }, "needs the memory controller"))
    func memory() throws {
        let (container, group) = try limited {
            $0.memory = 16 << 20
            $0.memorySwap = 16 << 20
        }
        #expect(group.outOfMemoryKills() == 0)
        let hungry = try container.run(["busybox", "dd", "if=/dev/zero", "of=/dev/null", "bs=100M", "count=1"])
        #expect(hungry.exit == .signaled(SIGKILL) && hungry.output == "")
        #expect(group.outOfMemoryKills() == 1)
        #expect(group.counters().memoryLimit == 16 << 20)
        #expect(ControlGroup.existing(id, in: layout) == group)
        #expect(container.stage.undo.unwind() == [])
        #expect(ControlGroup.existing(id, in: layout) == nil)
    }

    @Test(
        "holds the number of processes and the processors down",
        .enabled(
            if: HostControlGroups.canLimit {
                $0.pids = 1
                $0.cpusetCPUs = "0"
                $0.nanoCPUs = 1
                $0.cpuShares = 2
            }, "needs the controllers pids, cpuset and cpu"))
    func processes() throws {
        let (container, group) = try limited {
            $0.pids = 3
            $0.cpusetCPUs = "0"
            $0.nanoCPUs = 500_000_000
            $0.cpuShares = 512
        }
        let script = "grep Cpus_allowed_list /proc/self/status; for i in 1 2 3 4; do sleep 0.1 & done 2>&1; wait"
        let result = try container.run(["sh", "-c", script])
        #expect(result.output.hasPrefix("Cpus_allowed_list:\t0\n") && result.output.contains("can't fork"), "\(result)")
        #expect(group.counters().pidsLimit == 3)
    }

    @Test(
        "takes the process that joins another's namespaces as well",
        .enabled(if: HostControlGroups.canLimit { $0.pids = 1 }, "needs the pids controller"))
    func joined() throws {
        let donor = try ContainerFixture()
        let (first, reader) = try donor.start(["sleep", "100"])
        defer { close(reader) }
        let joins = try [NamespaceKind.user, .network].map {
            SpawnStep.Join($0, try first.namespace($0), path: "/proc/\(first.pid)/ns/\($0.procName)")
        }
        let (container, group) = try limited { $0.pids = 5 }
        let result = try container.run(
            ["cat", "/proc/self/cgroup"], new: [.mount, .uts, .ipc, .pid], joins: joins)
        #expect(result.output.contains(":pids:/minirun/\(id)\n") || group.unified != nil, "\(result)")
        #expect(group.counters().pidsLimit == 5)
    }

    @Test(
        "of cgroup v2 has its process from the clone on", .enabled(if: HostControlGroups.hasUnified, "needs cgroup v2"))
    func birthplace() throws {
        let group = try unifiedGroup()
        defer { try? group.remove() }
        let donor = try ContainerFixture()
        donor.controlGroup = group
        let (first, reader) = try donor.start(["sh", "-c", "cat /proc/self/cgroup; echo; sleep 100"])
        let line = "0::/minirun-\(id)/\(id)\n"
        var text = ""
        var byte: UInt8 = 0
        while !text.hasSuffix("\n\n"), read(reader, &byte, 1) == 1 { text.unicodeScalars.append(.init(byte)) }
        close(reader)
        #expect(text.contains(line), "\(text)")

        let joins = try [NamespaceKind.user, .network].map {
            SpawnStep.Join($0, try first.namespace($0), path: "/proc/\(first.pid)/ns/\($0.procName)")
        }
        let container = try ContainerFixture()
        container.controlGroup = group
        let result = try container.run(
            ["cat", "/proc/self/cgroup"], new: [.mount, .uts, .ipc, .pid], joins: joins)
        #expect(result.output.contains(line), "\(result)")
        #expect(try group.processes().contains(first.pid))
        try group.kill()
        #expect(try first.end() == .signaled(SIGKILL))
    }

    @Test("that can have no process is named", .enabled(if: HostControlGroups.hasUnified, "needs cgroup v2"))
    func threaded() throws {
        let group = try unifiedGroup()
        defer { try? group.remove() }
        let place = try #require(group.unified)
        let beside = place.removingLastComponent().appending("threaded")
        try Files.makeDirectory(beside)
        try Files.put("threaded", into: beside.appending("cgroup.type"))
        let step = step(in: group)
        let stage = Stage()
        defer { stage.undo.unwind() }
        let error = #expect(throws: KernelError.self) { try step.apply(on: stage) }
        #expect(error?.operation == "start the container in the control group \(place)")
        #expect(error?.hint == "a threaded group above or beside it leaves it no processes")
        #expect(rmdir(beside.string) == 0)
        try group.remove()
        let gone = #expect(throws: KernelError.self) { try step.apply(on: stage) }
        #expect(gone == KernelError("open the control group \(place)", .noSuchFileOrDirectory))
    }

    @Test(
        "goes with the groups that the container has made in it",
        .enabled(if: HostControlGroups.hasUnified, "needs cgroup v2"))
    func below() throws {
        let group = try unifiedGroup()
        let place = try #require(group.unified)
        try Files.makeDirectory(place.appending("a/b"))
        try group.remove()
        #expect(access(place.string, F_OK) != 0 && access(place.removingLastComponent().string, F_OK) != 0)
        #expect(throws: Never.self) { try group.remove() }
    }

    /// A group beside `minirun`, so that what is done to it is not done to others.
    private func unifiedGroup() throws -> ControlGroup {
        var group = ControlGroup(id: id)
        let base = try #require(try layout.unified?.delegated())
        group.unified = base.appending("minirun-\(id)").appending(id)
        try group.make()
        return group
    }

    private func step(in group: ControlGroup) -> SpawnStep {
        var program = ChildProgram()
        program.append([.awaitMaps, .pause])
        return SpawnStep(new: [.network], controlGroup: group, map: IDMap(outside: 0, count: 1), program: program)
    }
}
