import CShim
import Namespaces
import Synchronization
import SystemPackage

/// Runs another program to its end; never on the way of a start.
enum Command {
    /// The process id of the program that runs now, for whoever has to end it from another thread; 0 for none.
    private static let current = Atomic<pid_t>(0)

    /// Ends the program that runs now and waits for its end, up to a second.
    static func stopCurrent() {
        let pid = current.load(ordering: .acquiring)
        guard pid > 0, kill(pid, SIGTERM) == 0 else { return }
        // Whoever started it waits for it as well.
        for _ in 0..<1000 where kill(pid, 0) == 0 { usleep(1000) }
    }

    private static func start(
        _ arguments: [String], output: CInt, errors: CInt? = nil
    ) throws(KernelError) -> HostProgram {
        let program = try HostProgram(arguments, output: output, errors: errors)
        current.store(program.pid, ordering: .releasing)
        return program
    }

    /// Waits for a program's end.
    private static func end(of program: HostProgram) throws(KernelError) -> Int32 {
        defer { current.store(0, ordering: .releasing) }
        return try program.wait().code
    }

    /// Whether a program of this name is in PATH.
    static func isInstalled(_ name: String) -> Bool {
        let folders = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        return folders.parts(":").contains { access("\($0.isEmpty ? "." : $0)/\(name)", X_OK) == 0 }
    }

    /// Runs `arguments` with an empty standard input. Returns the exit status (128+n after a signal) and what it wrote to
    /// standard error and output together, without the last line's end.
    static func run(_ arguments: [String]) throws(KernelError) -> (status: Int32, output: String) {
        var ends: [CInt] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else {
            throw KernelError.current("make a pipe for the output of \(arguments.joined(separator: " "))")
        }
        let reader = OwnedDescriptor(owning: ends[0])
        let writer = OwnedDescriptor(owning: ends[1])

        let program = try start(arguments, output: writer.rawValue)
        // The end of its output comes only when nobody has the pipe's other end any more.
        _ = consume writer
        let output = try? Files.read(reader, from: FilePath(arguments[0]))
        let code = try end(of: program)
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
        let program = try start(arguments, output: 2, errors: writer.rawValue)
        _ = consume writer
        let errors = try? Files.read(reader, from: FilePath(arguments[0]))
        return (try end(of: program), String(decoding: errors ?? [], as: UTF8.self))
    }

    /// Runs `arguments` and lends `body` its standard output. Returns the exit status, what it said on standard error, and what
    /// `body` made of it. Throws `KernelError`, or what `body` throws; the program ends then for want of a reader.
    static func pour<Result>(
        _ arguments: [String], into body: (CInt) throws -> Result
    ) throws -> (status: Int32, errors: String, result: Result) {
        var ends: [CInt] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw KernelError.current("make a pipe for \(arguments[0])") }
        let reader = OwnedDescriptor(owning: ends[0])
        let writer = OwnedDescriptor(owning: ends[1])
        // In memory: nobody reads it while the output is read.
        let errors = OwnedDescriptor(owning: memfd_create("errors", UInt32(MFD_CLOEXEC)))
        let program = try start(arguments, output: writer.rawValue, errors: errors.rawValue)
        _ = consume writer
        let outcome = Swift.Result { try body(reader.rawValue) }
        _ = consume reader
        let code = try end(of: program)
        var words = String(decoding: Files.content(of: errors) ?? [], as: UTF8.self)
        while words.hasSuffix("\n") { words.removeLast() }
        return (code, words, try outcome.get())
    }
}
