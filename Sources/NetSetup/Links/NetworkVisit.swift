import CShim
import Namespaces
import SystemPackage

/// Code that runs in another network namespace, for the sake of what is not reached by a socket: below /proc/sys/net
/// everybody finds the settings of the namespace that they are in.
package enum NetworkVisit {
    /// Runs the body on a thread made for it, in the namespace that `descriptor` (an nsfs file; stays the caller's) stands
    /// for, and waits for its end: 60 to 100 µs. Throws what the body throws, and `KernelError` about the visit.
    package static func run<Value>(in descriptor: CInt, _ body: () throws -> Value) throws -> Value {
        let asked = "enter a network namespace"
        // To C a negative number means a new namespace, which nobody asks for here.
        guard descriptor >= 0 else { throw KernelError(asked, .badFileDescriptor) }
        return try withoutActuallyEscaping(body) { body in
            var result: Result<Value, any Error>?
            let work = Work { result = Result { try body() } }
            let error = withExtendedLifetime(work) {
                minirun_in_network_namespace(
                    descriptor,
                    { argument in
                        if let argument { Unmanaged<Work>.fromOpaque(argument).takeUnretainedValue().act() }
                    }, Unmanaged.passUnretained(work).toOpaque())
            }
            guard error == 0, let result else { throw KernelError(asked, Errno(rawValue: -error)) }
            return try result.get()
        }
    }
}

/// A closure that a C function can be handed.
private final class Work {
    let act: () -> Void
    init(_ act: @escaping () -> Void) { self.act = act }
}
