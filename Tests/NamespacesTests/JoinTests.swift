import Testing

@testable import Namespaces

@Suite("A process in joined namespaces", .enabled(if: ContainerFixture.canSpawn, "needs root and busybox"))
struct JoinTests {
    /// The process between and its clone speak on one channel, at the same time.
    @Test func failsWithItsOwnWordsHoweverSoonItFails() throws {
        let names = try NamespaceHandle(.uts)
        var program = ChildProgram()
        program.append(.changeDirectory("/nowhere", create: false))
        for _ in 0..<200 {
            let stage = Stage()
            try SpawnStep(
                new: [], joins: [.init(.uts, names, path: "/proc/self/ns/uts")],
                map: IDMap(outside: 0, count: 1), program: program
            ).apply(on: stage)
            let process = try stage.process(for: "test it")
            let failure = #expect(throws: ChildFailure.self) { try process.waitForExec() }
            #expect(failure?.description == "change to directory /nowhere: no such file or directory")
            stage.undo.unwind()
        }
    }
}
