import CShim
import SystemPackage
import Testing

@testable import Namespaces

@Suite(
    "The processes of a container", .serialized,
    .enabled(if: ContainerFixture.canSpawn, "needs root and busybox-static"))
struct ContainerProcessesTests {
    @Test("are those of its pid namespace and of those nested in it, and no others")
    func nested() throws {
        let container = try ContainerFixture()
        let script = "sleep 1000 & busybox unshare -p -f busybox sleep 1000 & wait"
        let (process, reader) = try container.start(["sh", "-c", script])
        defer { close(reader) }
        let processes = try ContainerProcesses(first: process.pid)
        #expect(processes.isPrivate)
        let isThere = try Patience.wait { () throws(KernelError) in try processes.list().count == 4 }
        #expect(isThere, "the shell, its two children, and the one that is nested")
        #expect(try processes.list().contains(process.pid))
        #expect(try !processes.list().contains(getpid()))
    }

    @Test("are its descendants where it shares its pid namespace")
    func shared() throws {
        let stage = Stage()
        defer { stage.undo.unwind() }
        var program = ChildProgram()
        program.append([
            .awaitMaps, .exec(candidates: ["/bin/sh"], arguments: ["sh", "-c", "sleep 30 & wait"], environment: []),
        ])
        try SpawnStep(new: [.network], map: IDMap(outside: 0, count: 1), program: program).apply(on: stage)
        let process = try #require(stage.resource(SpawnedProcess.self))
        try process.waitForExec()
        let processes = try ContainerProcesses(first: process.pid)
        #expect(!processes.isPrivate)
        let isThere = try Patience.wait { () throws(KernelError) in try processes.list().count == 2 }
        #expect(isThere)
        #expect(try processes.list().first == process.pid)
        for child in try processes.list().dropFirst() { kill(child, SIGKILL) }
    }

    @Test("are summed up where no control group counts them")
    func usage() throws {
        let container = try ContainerFixture()
        let work = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; echo; sleep 1000 & wait"
        let (process, reader) = try container.start(["sh", "-c", work])
        defer { close(reader) }
        var byte: UInt8 = 0
        #expect(read(reader, &byte, 1) == 1)
        let both = try Patience.wait { () throws(KernelError) in
            try ContainerUsage.of(process: process.pid, group: nil).pids == 2
        }
        #expect(both)
        let usage = try ContainerUsage.of(process: process.pid, group: nil)
        #expect(usage.cpu >= 10_000_000 && usage.cpu % 10_000_000 == 0)
        #expect(usage.memory > 4096 && usage.memory < 64 << 20 && usage.memoryLimit == nil)
        #expect(usage.networkReceived == 0 && usage.pidsLimit == nil)
        try process.kill()
        #expect(throws: KernelError.self) { try ContainerUsage.of(process: process.pid, group: nil) }
    }
}
