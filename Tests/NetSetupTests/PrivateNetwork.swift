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
        return try withoutActuallyEscaping(body) { escaping in
            var result: Result<Value, any Error>?
            let work = Work { result = Result { try escaping() } }
            let error = withExtendedLifetime(work) {
                minirun_in_network_namespace(
                    descriptor,
                    { argument in
                        if let argument { Unmanaged<Work>.fromOpaque(argument).takeUnretainedValue().act() }
                    }, Unmanaged.passUnretained(work).toOpaque())
            }
            guard error == 0, let result else {
                throw KernelError("enter the network namespace", Errno(rawValue: -error))
            }
            return try result.get()
        }
    }
}

private final class Work {
    let act: () -> Void
    init(_ act: @escaping () -> Void) { self.act = act }
}
