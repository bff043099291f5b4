import CShim
import SystemPackage
import Testing

@testable import Namespaces

@Suite(.serialized, .enabled(if: ContainerFixture.canSpawn, "needs root and busybox-static"))
struct SpawnTests {
    @Test func commandRunsInSixNamespacesOfItsOwn() throws {
        let container = try ContainerFixture()
        let kinds: [NamespaceKind] = [.user, .mount, .uts, .ipc, .pid, .network]
        let result = try container.run(
            ["sh", "-c", kinds.map { "readlink /proc/self/ns/\($0.procName)" }.joined(separator: ";")])
        #expect(result.exit == .exited(0))
        let inside = result.output.split(separator: "\n").map(String.init)
        try #require(inside.count == kinds.count)
        for (kind, text) in zip(kinds, inside) {
            let host = try NamespaceHandle(kind).inode()
            #expect(text.contains("["))
            #expect(!text.contains("[\(host)]"), "\(kind) is the host's")
        }
    }
}
