import CShim
import SystemPackage

/// Another program of the host, started where the caller is (posix_spawn(3)); a container starts with ``SpawnStep``.
///
/// It gets every signal as the system has it by default, whatever the caller ignores or holds back.
package struct HostProgram {
    /// Its process id.
    package let pid: pid_t
    private let name: String

    /// Starts the program that the first word names, looked for in PATH. With `output`, a descriptor that stays the
    /// caller's, standard output and error go there (or error to `errors`) and standard input is empty. Throws
    /// ``KernelError`` when it cannot be started.
    package init(_ words: [String], output: CInt? = nil, errors: CInt? = nil) throws(KernelError) {
        guard let name = words.first else { throw KernelError("run a program", .invalidArgument) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var all = sigset_t()
        var none = sigset_t()
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let output {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
            posix_spawn_file_actions_adddup2(&actions, output, 1)
            posix_spawn_file_actions_adddup2(&actions, errors ?? output, 2)
        }

        let arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var pid: pid_t = 0
        let error = posix_spawnp(&pid, name, &actions, &attributes, arguments, minirun_environment())
        guard error == 0 else { throw KernelError("run \(name)", Errno(rawValue: error)) }
        self.pid = pid
        self.name = name
    }

    /// Waits for its end. Throws ``KernelError``.
    package func wait() throws(KernelError) -> ProcessExit {
        var status: CInt = 0
        while waitpid(pid, &status, 0) < 0 {
            let error = Errno.current
            if error != .interrupted { throw KernelError("wait for \(name)", error) }
        }
        return ProcessExit(waitStatus: status)
    }
}
