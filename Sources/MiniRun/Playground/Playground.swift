import CShim
import Namespaces
import SystemPackage

/// A host to play on: namespaces of their own with an uplink, a gateway and a neighbour.
///
///     gw    192.168.66.1    switch and router, a namespace: `ip netns exec gw ...`
///      ├─ ens33 192.168.66.11   the playground itself
///      └─ ext   192.168.66.50   a neighbour in the same network: `ip netns exec ext ...`
///
/// It needs no privilege: without it, a user namespace comes around the others. Two processes make it. The outer one
/// (this file) spawns the inner one in the new namespaces and waits; the inner one (``PlaygroundInside``) is minirun
/// again, pid 1 there, builds the stage, runs the command and reaps. When it ends, the kernel takes everything away.
public struct Playground: Sendable {
    /// The word that tells minirun to be the inner process; `main` never shows it.
    public static let insideArgument = "playground-inside"

    /// What to run; empty for a shell.
    public var command: [String]

    /// A playground for a command.
    public init(command: [String]) {
        self.command = command
    }

    /// Runs the command in a new playground and returns its exit code. Throws what kept the playground from standing.
    public func run() throws -> Int32 {
        let isRoot = geteuid() == 0
        do {
            return try run(inUserNamespace: !isRoot)
        } catch let error as KernelError where isRoot && error.errno == .notPermitted {
            // Root without CAP_SYS_ADMIN, as in a container of another engine: the user's way may still be open.
            return try run(inUserNamespace: true)
        }
    }

    private func run(inUserNamespace: Bool) throws -> Int32 {
        let stage = Stage()
        // The keyboard's interrupt is for the command; this process only waits for it.
        let keyboard = [SIGINT, SIGQUIT]
        keyboard.forEach(minirun_ignore_signal)
        defer {
            stage.undo.unwind()
            keyboard.forEach(minirun_default_signal)
        }
        do {
            try spawnStep(inUserNamespace: inUserNamespace).apply(on: stage)
        } catch let error as KernelError {
            throw inUserNamespace ? Self.explained(error) : error
        }
        let process = try stage.process(for: "wait for the playground")
        try process.waitForExec()
        return try process.wait().code
    }

    /// One clone3 with all six namespaces, five for root.
    private func spawnStep(inUserNamespace: Bool) -> SpawnStep {
        var kinds: Set<NamespaceKind> = [.mount, .uts, .ipc, .pid, .network]
        var program = ChildProgram()
        program.append(.awaitMaps)
        if inUserNamespace {
            kinds.insert(.user)
            program.append(.becomeRoot)
        }
        // After the change of ids, which clears it. A killed playground is gone with everything in it.
        program.append(.parentDeathSignal(SIGKILL))
        program.append(.setPropagation("/", [.isPrivate, .recursive]))
        program.append(
            .exec(
                candidates: ["/proc/self/exe"], arguments: ["minirun", Self.insideArgument] + command,
                environment: Environment.own))
        return SpawnStep(new: kinds, map: inUserNamespace ? PlaygroundIDs.map() : PlaygroundIDs.own, program: program)
    }

    /// The kernel says only EPERM, ENOSPC or EUSERS; which switch is off can be looked up.
    private static func explained(_ error: KernelError) -> KernelError {
        let switches = [
            ("kernel.unprivileged_userns_clone", "0", "1"),
            ("kernel.apparmor_restrict_unprivileged_userns", "1", "0"),
            ("user.max_user_namespaces", "0", "10000"),
        ]
        for (name, off, on) in switches {
            let path = FilePath("/proc/sys/" + name.replacing(".", with: "/"))
            guard let value = try? Files.text(path), value.split(whereSeparator: \.isWhitespace) == [Substring(off)]
            else {
                continue
            }
            return KernelError(
                "open a playground without privilege", error.errno,
                hint: "unprivileged user namespaces are switched off: `sysctl -w \(name)=\(on)` as root allows them, "
                    + "or run it as root")
        }
        return error
    }
}
