import CShim
import Namespaces
import NetSetup
import SystemPackage
import Testing

@Suite struct JoinModeTests {
    @Test func namespaceOfTheHostsOwnUserNamespaceAsksForNoOther() throws {
        let network = try PrivateNetwork()
        let mode = try JoinMode(path: FilePath("/proc/self/fd/\(network.descriptor)"))
        #expect(mode.user == nil)
        #expect(try mode.network.isSame(as: NamespaceHandle(.network)) == false)
        #expect(try JoinMode(process: getpid()).network.isSame(as: NamespaceHandle(.network)))
    }

    @Test(arguments: ["/proc/self/ns/uts", "/etc/passwd"]) func fileThatIsNoNetworkNamespaceIsRefused(path: String) {
        let error = #expect(throws: UsageError.self) { try JoinMode(path: FilePath(path)) }
        #expect(error?.description == "invalid network mode: \(path) is not a network namespace")
    }

    @Test func missingFileIsTheKernelsError() {
        let error = #expect(throws: KernelError.self) { try JoinMode(path: "/run/netns/none-such") }
        #expect(error?.errno == .noSuchFileOrDirectory)
    }
}
