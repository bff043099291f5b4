import CShim
import Namespaces
import NetSetup
import SystemPackage

/// The inner half of a playground: pid 1 of its own namespaces.
///
/// It builds the stage, runs the command as a child, runs the router's name server, and reaps whatever else ends, since
/// orphans come to pid 1. Its own end, with the command's exit code, is the playground's end.
public struct PlaygroundInside: Sendable {
    /// What to run; empty for a shell.
    public var command: [String]

    /// The inside for a command.
    public init(command: [String]) {
        self.command = command
    }

    /// Builds the stage, runs the command, and returns its exit code: 127 when there is no such command, 126 when it cannot
    /// be run. Throws what kept the stage from standing.
    public func run() throws -> Int32 {
        try PlaygroundMounts.build()
        // It was started by /proc/self/exe, and would be called so by whoever lists processes and sockets.
        try? Files.rewrite("minirun", in: "/proc/self/comm")
        let name = "playground"
        if sethostname(name, name.utf8.count) != 0 {
            throw KernelError.current("set the playground's hostname")
        }
        let names = try Self.makeNetwork()
        [SIGINT, SIGQUIT].forEach(minirun_ignore_signal)
        umask(0o022)
        let words = command.isEmpty ? Self.shell : command
        if command.isEmpty, isatty(2) == 1 { _ = write(2, Self.welcome, Self.welcome.utf8.count) }
        let reaper = try Reaper()
        reaper.command = try start(words)
        let loop = PollLoop()
        loop.add(reaper)
        loop.add(names)
        defer { Self.endControlGroups() }
        while true {
            if let code = reaper.code { return code }
            try loop.turn()
        }
    }

    /// The neighbourhood, and its name server, which alone holds the router's namespace from then on.
    private static func makeNetwork() throws -> PlaygroundNames {
        let (router, machines) = try PlaygroundNetwork.build()
        return try PlaygroundNames(in: router, machines)
    }

    /// All else goes with the namespaces; but control groups are the machine's.
    private static func endControlGroups() {
        let store = ContainerStore(StatePaths())
        guard let layout = try? ControlGroupLayout.read() else { return }
        for id in (try? store.ids()) ?? [] {
            guard let record = try? store.record(id), record.hasControlGroup else { continue }
            try? ControlGroup.existing(id, in: layout)?.end()
        }
    }

    static var shell: [String] {
        access("/bin/bash", X_OK) == 0 ? ["/bin/bash", "--norc", "--noprofile"] : ["/bin/sh"]
    }

    private static let welcome = """
        You are root on a host of your own. It is ens33, 192.168.66.11; the gateway is 192.168.66.1, and a neighbour,
        192.168.66.50, runs what you give to `ip netns exec ext`. `exit` leaves nothing behind.

        """

    /// Starts the command. 126 and 127 are thrown as ``CommandFailure``.
    private func start(_ words: [String]) throws(CommandFailure) -> pid_t {
        setEnvironment()
        do { return try HostProgram(words).pid } catch { throw CommandFailure(command: words[0], errno: error.errno) }
    }

    /// minirun's places, the prompt, and minirun itself in the PATH.
    private func setEnvironment() {
        setenv("MINIRUN_ROOT", PlaygroundMounts.root, 0)
        // The machine's own settings are none of the fake host's.
        setenv("MINIRUN_CONFIG", PlaygroundMounts.settings, 0)
        setenv("PS1", "[playground host]# ", 1)
        guard let program = try? Files.linkTarget("/proc/self/exe") else { return }
        let usual = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        let path = getenv("PATH").map { String(cString: $0) } ?? usual
        var folders = path.split(separator: ":").map(String.init)
        // An unprivileged user's PATH often lacks the folders where ip, nft and sysctl are.
        for folder in ["/usr/sbin", "/sbin"] where !folders.contains(folder) { folders.append(folder) }
        let own = FilePath(program).removingLastComponent().string
        if !folders.contains(own) { folders.insert(own, at: 0) }
        setenv("PATH", folders.joined(separator: ":"), 1)
    }
}

/// The playground stands, but its command cannot be run.
public struct CommandFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The command's first word.
    public var command: String
    /// The kernel's error number.
    public var errno: Errno

    /// 127: there is no such command; 126: it cannot be invoked.
    public var exitCode: Int32 { errno == .noSuchFileOrDirectory || errno == .notDirectory ? 127 : 126 }

    /// `run /no/such/thing: no such file or directory`.
    public var description: String { KernelError("run \(command)", errno).description }
}
