import CShim

/// A process that a test started: its streams, its end, and a promise that it does not outlive the test.
///
/// Output goes into memory files (memfd), so nothing has to be drained and no reader thread is needed.
final class ChildProcess {
    /// Where its standard input comes from.
    enum Input {
        /// Nothing: /dev/null.
        case none
        /// A pipe, written by `write` and ended by `closeInput`.
        case pipe
        /// A terminal, given by its path: all three streams, and the controlling terminal of a new session.
        case terminal(String)
    }

    let pid: pid_t
    private let words: [String]
    private let pidfd: CInt
    private let outputFile: CInt
    private let errorFile: CInt
    private var inputPipe: CInt = -1
    private var status: Int32?

    /// Starts `arguments` (the first is looked up in PATH).
    init(_ arguments: [String], environment: [String: String] = [:], input: Input = .none) throws {
        let output = memfd_create("stdout", UInt32(MFD_CLOEXEC))
        let errors = memfd_create("stderr", UInt32(MFD_CLOEXEC))
        // Several programs write to one file: without O_APPEND, sendfile(2) of one of them overwrites what another wrote.
        for file in [output, errors] { _ = minirun_fcntl(file, F_SETFL, Int(O_APPEND)) }
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        var readEnd: CInt = -1
        switch input {
        case .none: posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        case .pipe:
            var ends: [CInt] = [-1, -1]
            guard pipe2(&ends, O_CLOEXEC) == 0 else { throw HarnessError("pipe: errno \(minirun_errno())") }
            (readEnd, inputPipe) = (ends[0], ends[1])
            posix_spawn_file_actions_adddup2(&actions, readEnd, 0)
        case .terminal(let path): posix_spawn_file_actions_addopen(&actions, 0, path, O_RDWR, 0)
        }
        if case .terminal = input {
            posix_spawn_file_actions_adddup2(&actions, 0, 1)
            posix_spawn_file_actions_adddup2(&actions, 0, 2)
        } else {
            posix_spawn_file_actions_adddup2(&actions, output, 1)
            posix_spawn_file_actions_adddup2(&actions, errors, 2)
        }
        // A session of its own: a test that signals its process group never meets the test runner.
        // The test's thread may have every signal blocked, as the pool's threads have; the program must not inherit that.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        let flags = POSIX_SPAWN_SETSID | Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var defaults = sigset_t()
        sigfillset(&defaults)
        posix_spawnattr_setsigdefault(&attributes, &defaults)

        var merged = environment
        for entry in Self.inheritedEnvironment where merged[entry.0] == nil { merged[entry.0] = entry.1 }
        var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var envp: [UnsafeMutablePointer<CChar>?] = merged.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var child: pid_t = 0
        let error = posix_spawnp(&child, arguments[0], &actions, &attributes, &argv, &envp)
        if readEnd >= 0 { close(readEnd) }
        guard error == 0 else { throw HarnessError("start \(arguments[0]): \(String(cString: strerror(error)))") }
        pid = child
        words = arguments
        pidfd = pidfd_open(child, 0)
        outputFile = output
        errorFile = errors
    }

    deinit {
        if status == nil {
            kill(pid, SIGKILL)
            _ = waitpid(pid, nil, 0)
        }
        for descriptor in [pidfd, outputFile, errorFile, inputPipe] where descriptor >= 0 { close(descriptor) }
    }

    /// What it has written to its standard output so far.
    var output: String { Self.contents(of: outputFile) }
    /// What it has written to its standard error so far.
    var errors: String { Self.contents(of: errorFile) }

    /// Whether it has not ended yet.
    var isRunning: Bool {
        if status != nil { return false }
        var watched = pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0)
        return poll(&watched, 1, 0) == 0
    }

    /// Writes to its standard input (`Input.pipe`).
    func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { CShim.write(inputPipe, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    /// Ends its standard input.
    func closeInput() {
        if inputPipe >= 0 { close(inputPipe) }
        inputPipe = -1
    }

    /// Sends a signal to it alone.
    func signal(_ number: CInt) { if status == nil { kill(pid, number) } }

    /// Waits for its end; a process that is late is killed and the test told so.
    @discardableResult
    func wait(within seconds: Double = 60) throws -> Outcome {
        if let status { return Outcome(status: status, output: output, errors: errors) }
        var watched = pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0)
        let end = now() + seconds
        // A signal to the runner is no end of the process.
        while poll(&watched, 1, CInt(max(0, end - now()) * 1000)) < 0 && minirun_errno() == EINTR {}
        let ended = watched.revents != 0
        if !ended { kill(pid, SIGKILL) }
        var word: CInt = 0
        waitpid(pid, &word, 0)
        let code = word & 0x7f == 0 ? (word >> 8) & 0xff : 128 + (word & 0x7f)
        status = code
        let outcome = Outcome(status: code, output: output, errors: errors)
        guard ended else { throw HarnessError("still running after \(seconds) s: \(words)\n\(outcome)") }
        return outcome
    }

    private static let inheritedEnvironment: [(String, String)] = {
        ["PATH", "HOME", "LANG", "TERM"].compactMap { name in getenv(name).map { (name, String(cString: $0)) } }
    }()

    private static func contents(of file: CInt) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = pread(file, &buffer, buffer.count, off_t(bytes.count))
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Runs a command of the machine itself (never one that touches its network) and waits for it.
@discardableResult
func command(
    _ arguments: String..., environment: [String: String] = [:], within seconds: Double = 60
) throws -> Outcome {
    try ChildProcess(arguments, environment: environment).wait(within: seconds)
}
