import CShim
import Namespaces
import SystemPackage

/// Runs another program to its end; never on the way of a start.
enum Command {
    /// Runs `arguments` with an empty standard input. Returns the exit status (128+n after a signal) and what it wrote to
    /// standard error and output together, without the last line's end.
    static func run(_ arguments: [String]) throws(KernelError) -> (status: Int32, output: String) {
        var ends: [CInt] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw KernelError.current("pipe") }
        let reader = OwnedDescriptor(owning: ends[0])
        let writer = OwnedDescriptor(owning: ends[1])

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, writer.rawValue, 1)
        posix_spawn_file_actions_adddup2(&actions, writer.rawValue, 2)

        let words = arguments.map { strdup($0) }
        defer { words.forEach { free($0) } }
        guard let program = words.first ?? nil else { throw KernelError("run a program", .invalidArgument) }
        var pid: pid_t = 0
        let result = posix_spawnp(&pid, program, &actions, nil, words + [nil], minirun_environment())
        _ = consume writer
        guard result == 0 else { throw KernelError("run \(arguments.joined(separator: " "))", Errno(rawValue: result)) }

        let output = try? Files.read(reader, from: FilePath(arguments[0]))
        var status: CInt = 0
        while waitpid(pid, &status, 0) < 0 && Errno.current == .interrupted {}
        let code = status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
        var text = String(decoding: output ?? [], as: UTF8.self)
        while text.hasSuffix("\n") { text.removeLast() }
        return (code, text)
    }
}
