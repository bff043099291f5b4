import CShim
import SystemPackage
import Testing

@testable import Namespaces

@Suite(
    "Freezing", .serialized,
    .enabled(
        if: ContainerFixture.canSpawn && HostControlGroups.canMake, "needs root, busybox-static and control groups"))
struct FreezingTests {
    private let id = "test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"

    /// A container with a process that writes without end, and a child that does so too.
    private func busy(in group: ControlGroup? = nil) throws -> (ContainerFixture, SpawnedProcess, CInt) {
        let container = try ContainerFixture()
        container.controlGroup = group
        let (process, reader) = try container.start(["sh", "-c", "(while :; do echo; done) & while :; do echo; done"])
        return (container, process, reader)
    }

    /// Whether bytes come; those that were there before are taken out first.
    private func isWriting(_ reader: CInt) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        var waiting = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
        for _ in 0..<8 where poll(&waiting, 1, 20) == 1 { _ = read(reader, &bytes, bytes.count) }
        return poll(&waiting, 1, 20) == 1
    }

    private func check(_ group: ControlGroup, _ reader: CInt) throws {
        #expect(try !group.isFrozen() && isWriting(reader))
        try group.freeze()
        #expect(try group.isFrozen() && !isWriting(reader))
        try group.freeze()
        #expect(try group.isFrozen())
        try group.thaw()
        #expect(try !group.isFrozen() && isWriting(reader))
    }

    @Test("stops a container that has had no group, with all its processes, and leaves nothing")
    func late() throws {
        let (container, process, reader) = try busy()
        defer { close(reader) }
        let group = try ControlGroup.forFreezing(id, process: process.pid)
        #expect(try Set(group.processes()) == Set(ContainerProcesses(first: process.pid).list()))
        #expect(try group.processes().count == 2)
        try check(group, reader)
        // Another process finds it, and asking again gives the same.
        #expect(try ControlGroup.existing(id, in: .read()) == group)
        #expect(try ControlGroup.existing(id, in: .read(of: process.pid)) == group)
        #expect(try ControlGroup.forFreezing(id, process: process.pid) == group)
        try group.freeze()
        try group.kill()
        #expect(try process.end() == .signaled(SIGKILL))
        try group.remove()
        #expect(try ControlGroup.existing(id, in: .read()) == nil)
        withExtendedLifetime(container) {}
    }

    @Test("works with cgroup v1's freezer", .enabled(if: HostControlGroups.hasFreezer, "needs cgroup v1's freezer"))
    func legacy() throws {
        let hierarchy = try #require(try ControlGroupLayout.read().legacy(with: "freezer"))
        var group = ControlGroup(id: id)
        group.legacy["freezer"] = group.place(in: try hierarchy.delegated())
        try group.make()
        let (container, process, reader) = try busy(in: group)
        defer { close(reader) }
        try check(group, reader)
        try group.freeze()
        try group.kill()
        #expect(try process.end() == .signaled(SIGKILL))
        try group.remove()
        #expect(access(hierarchy.mountPoint.appending("minirun/\(id)").string, F_OK) != 0)
        withExtendedLifetime(container) {}
    }

    @Test("refuses what shares its pid namespace, rather than stop others too")
    func shared() throws {
        guard try !ControlGroupLayout.read().isUnified else { return }
        let error = #expect(throws: UsageError.self) { try ControlGroup.forFreezing(id, process: getpid()) }
        #expect(error?.message.contains("shares its process ids") == true)
        #expect(try ControlGroup.existing(id, in: .read()) == nil)
    }
}
