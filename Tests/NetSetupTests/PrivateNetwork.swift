import CShim
import Namespaces
import NetSetup
import SystemPackage

/// A network namespace of the test's own, with nothing in it but `lo`; the kernel takes it away with the descriptor.
final class PrivateNetwork {
    let descriptor: CInt

    init() throws {
        descriptor = minirun_new_network_namespace()
        guard descriptor >= 0 else { throw KernelError("make a network namespace", Errno(rawValue: -descriptor)) }
    }

    deinit { close(descriptor) }

    /// A socket inside.
    func socket(_ bus: NetlinkSocket.Bus = .route) throws -> NetlinkSocket {
        try NetlinkSocket(bus, in: descriptor)
    }

    /// Runs the body on a thread inside, where /proc/sys/net is this namespace's.
    func run<Value>(_ body: () throws -> Value) throws -> Value {
        try NetworkVisit.run(in: descriptor, body)
    }
}
