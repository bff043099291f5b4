extension SpawnStep {
    /// The three voices; the shell's line leaves the container's first process, asleep, in `$PID`.
    public var explanation: Explanation {
        let enter = joinsInOrder.map { "\($0.kind.toolOption)=\($0.path.shellQuoted)" }
        let options = newInOrder.map(\.toolOption) + (new.contains(.pid) ? ["--fork", "--kill-child"] : [])
        var line = "sleep infinity &"
        if !options.isEmpty { line = "unshare \(options.joined(separator: " ")) " + line }
        if !enter.isEmpty { line = "nsenter \(enter.joined(separator: " ")) " + line }
        var shell = [line]
        if new.contains(.pid) {
            // unshare --fork stays as the parent of the process that is wanted, and gives up when it may not do it.
            shell += [
                "PARENT=$!", "until PID=$(pgrep -P \"$PARENT\"); do kill -0 \"$PARENT\"; sleep 0.01; done",
            ]
        } else {
            shell.append("PID=$!")
        }
        // By hand it can only be moved in, not born there.
        for file in controlGroup?.entries ?? [] { shell.append("echo \"$PID\" > \(file.string.shellQuoted)") }
        if new.contains(.user) {
            shell += [
                "printf %s \(map.uidText.shellQuoted) > \"/proc/$PID/uid_map\"",
                "printf %s \(map.gidText.shellQuoted) > \"/proc/$PID/gid_map\"",
            ]
        }
        var calls = joinsInOrder.map { "setns(\"\($0.path)\", \($0.kind.flagName))" }
        var flags = newInOrder.map(\.flagName) + [joins.isEmpty ? "CLONE_PIDFD" : "CLONE_PARENT"]
        var group = ""
        if let unified = controlGroup?.unified {
            flags.append("CLONE_INTO_CGROUP")
            group = ", cgroup=\"\(unified)\""
        }
        calls.append("clone3({flags=\(flags.joined(separator: "|")), exit_signal=SIGCHLD\(group)})")
        for directory in controlGroup?.legacyDirectories ?? [] {
            calls.append("write(\"\(directory)/cgroup.procs\", \"PID\")")
        }
        if new.contains(.user) {
            calls += ["write(/proc/PID/uid_map)", "write(/proc/PID/gid_map)"]
        }
        return Explanation(
            shell: shell, systemCalls: calls,
            why: "The new process sees its own users, mounts, names, processes and network; the user namespace comes"
                + " first and owns the others.")
    }
}
