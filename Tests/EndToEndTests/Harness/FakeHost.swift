import CShim

/// A host to break things on: `minirun playground`, held open by a pipe and entered with nsenter(1) for each command.
///
/// Every test makes its own, so tests run side by side. The kernel takes everything away with its first process, which
/// ends when the pipe is closed, by `deinit` or because the test runner died.
///
///     gw 192.168.66.1 (switch and router) --- ens33 192.168.66.11 (the host itself)
///                                        \--- ext   192.168.66.50 (a neighbour: `ip netns exec ext`)
final class FakeHost {
    /// Who builds it.
    enum Builder {
        /// The user who runs the tests: root has no user namespace around the host.
        case tester
        /// A user without any privilege.
        case nobody
    }

    /// Its own addresses and those of its surroundings.
    static let address = "192.168.66.11"
    static let neighbour = "192.168.66.50"
    static let gateway = "192.168.66.1"

    private let holder: ChildProcess
    private let enter: [String]
    private let environment: [String: String]
    private var closed = false

    /// Builds one and waits until it stands.
    init(by builder: Builder = .tester) throws {
        let asNobody = builder == .nobody && geteuid() == 0
        let become = asNobody ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
        var path = Places.minirun.split(separator: "/", omittingEmptySubsequences: false)
        path.removeLast()
        environment = [
            "PATH": path.joined(separator: "/") + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "MINIRUN_ROOT": "/run/minirun-root", "MINIRUN_STATE": "/run/minirun",
            "MINIRUN_CONFIG": "/run/minirun.json", "TERM": "dumb",
        ]
        holder = try ChildProcess(
            become + [Places.minirun, "playground", "sh", "-c", "echo ready; exec cat"], environment: environment,
            input: .pipe)
        let holder = self.holder
        let stands = eventually { holder.output == "ready\n" || !holder.isRunning }
        guard stands, holder.isRunning else { throw HarnessError("the playground does not start: \(holder.errors)") }
        guard let first = Self.firstChild(of: holder.pid) else { throw HarnessError("the playground has no child") }
        enter = become + ["nsenter", "--target", String(first)] + Self.options(toEnter: first)
    }

    deinit { close() }

    /// Ends it: closes the pipe and waits. Safe to call twice.
    func close() {
        guard !closed else { return }
        closed = true
        holder.closeInput()
        _ = try? holder.wait(within: 10)
    }

    /// Starts a shell command on the host, where `minirun` is in the PATH; `arguments` are its `"$@"`.
    ///
    /// A script that begins with `exec` becomes that program: signals sent by `signal` then reach it and no shell.
    func start(
        _ script: String, _ arguments: [String] = [], input: ChildProcess.Input = .none
    ) throws -> ChildProcess {
        try ChildProcess(enter + ["sh", "-c", script, "sh"] + arguments, environment: environment, input: input)
    }

    /// Runs a shell command on the host and waits for it; `arguments` are its `"$@"`.
    @discardableResult
    func run(_ script: String, _ arguments: [String] = [], within seconds: Double = 60) throws -> Outcome {
        try start(script, arguments).wait(within: seconds)
    }

    /// Runs `minirun` with these arguments, unseen by any shell.
    @discardableResult
    func minirun(_ arguments: [String], within seconds: Double = 60) throws -> Outcome {
        try run("exec minirun \"$@\"", arguments, within: seconds)
    }

    /// Signals the program that a started process is on the host (nsenter itself waits outside and passes nothing on).
    func signal(_ process: ChildProcess, _ number: CInt) {
        let inner = poll(within: 2, every: 0.002, until: { $0 != nil || !process.isRunning }) {
            Self.firstChild(of: process.pid)
        }
        if let inner { kill(inner, number) }
    }

    /// nsenter's options for the namespaces of a process that are not our own: entering our own is an error.
    private static func options(toEnter pid: pid_t) -> [String] {
        let kinds = [
            ("user", "--user"), ("mnt", "--mount"), ("uts", "--uts"), ("ipc", "--ipc"), ("net", "--net"),
            ("pid", "--pid"),
        ]
        let others = kinds.filter { link("/proc/self/ns/\($0.0)") != link("/proc/\(pid)/ns/\($0.0)") }.map(\.1)
        return others + (others.contains("--user") ? ["--preserve-credentials"] : [])
    }

    private static func link(_ path: String) -> [CChar] {
        var text = [CChar](repeating: 0, count: 256)
        readlink(path, &text, text.count - 1)
        return text
    }

    private static func firstChild(of pid: pid_t) -> pid_t? {
        let text = contents(of: "/proc/\(pid)/task/\(pid)/children")
        return text.split(separator: " ").first.flatMap { pid_t($0) }
    }
}

/// A small file of /proc, whole; empty when it cannot be read.
func contents(of path: String) -> String {
    let descriptor = minirun_open(path, O_RDONLY, 0)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 65536)
    var bytes: [UInt8] = []
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { break }
        bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
}
