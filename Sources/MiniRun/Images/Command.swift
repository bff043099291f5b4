import CShim
import Namespaces
import SystemPackage

/// Runs another program to its end; never on the way of a start.
enum Command {
    /// Runs `arguments` with an empty standard input. Returns the exit status (128+n after a signal) and what it wrote to
    /// standard error and output together, without the last line's end.
    static func run(_ arguments: [String]) throws(KernelError) -> (status: Int32, output: String) {
        var ends: [CInt] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else {
            throw KernelError.current("make a pipe for the output of \(arguments.joined(separator: " "))")
        }
        let reader = OwnedDescriptor(owning: ends[0])
        let writer = OwnedDescriptor(owning: ends[1])

        let program = try HostProgram(arguments, output: writer.rawValue)
        // The end of its output comes only when nobody has the pipe's other end any more.
        _ = consume writer
        let output = try? Files.read(reader, from: FilePath(arguments[0]))
        let code = try program.wait().code
        var text = String(decoding: output ?? [], as: UTF8.self)
        while text.hasSuffix("\n") { text.removeLast() }
        return (code, text)
    }

    /// Runs `arguments` with the caller's standard error for its output, so that its progress is seen, and gathers what it
    /// says on its own standard error. Returns the exit status and that.
    static func watch(_ arguments: [String]) throws(KernelError) -> (status: Int32, errors: String) {
        var ends: [CInt] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw KernelError.current("make a pipe for \(arguments[0])") }
        let reader = OwnedDescriptor(owning: ends[0])
        let writer = OwnedDescriptor(owning: ends[1])
        let program = try HostProgram(arguments, output: 2, errors: writer.rawValue)
        _ = consume writer
        let errors = try? Files.read(reader, from: FilePath(arguments[0]))
        return (try program.wait().code, String(decoding: errors ?? [], as: UTF8.self))
    }
}
