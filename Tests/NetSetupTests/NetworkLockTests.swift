import CShim
import Namespaces
import NetSetup
import Testing

@Suite("The lock of those who make bridges")
struct NetworkLockTests {
    @Test("is held until the bridge is made that it is for, and lets the next one go on then")
    func release() throws {
        let network = try PrivateNetwork.host()
        let lock = "/tmp/minirun-test-\(UInt64.random(in: 0...UInt64.max)).lock"
        defer { _ = try? network.shell("rm -f \(lock)") }
        let stage = try network.stage()
        stage.leave(try NetworkLock(.init(lock), for: "b1"))
        func make(_ name: String) throws {
            let mac = try #require(MACAddress("02:42:0a:02:00:01"))
            try CreateBridge(name: name, mac: mac, mtu: 1500, addresses: [], hasIPv6: true).apply(on: stage)
        }
        func isFree() throws -> Bool { try FileLock.take(file: .init(lock), shared: false) != nil }
        try network.run { try make("b0") }
        #expect(try !isFree())
        try network.run { try make("b1") }
        // A process that another test is just starting has a copy of the lock until its exec.
        var patience = 500
        while try !isFree(), patience > 0 {
            usleep(10_000)
            patience -= 1
        }
        #expect(patience > 0)
    }
}
