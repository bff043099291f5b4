import CShim
import Testing

/// A terminal for a command in a container that runs already.
@Suite("A terminal of exec")
struct ExecTerminalTests {
    @Test("is the container's own: size, resizes, control characters, exit code, and the outer one restored")
    func interactive() throws {
        let host = try FakeHost()
        try host.box("box")
        let terminal = try Terminal(rows: 33, columns: 101)
        let script =
            "trap 'echo interrupted' INT; trap 'echo resized $(stty size)' WINCH; tty; stty size; echo $TERM ready; "
            + "while :; do read -t 1 line && { [ \"$line\" = end ] && exit 5; echo \"<$line>\"; }; done"
        let shell = try host.start(
            "exec minirun exec -it box sh -c \"$1\"", [script], input: .terminal(terminal.path))
        #expect(terminal.shows("xterm ready"), "\(terminal.screen())")
        #expect(terminal.screen().contains("/dev/pts/0") && terminal.screen().contains("33 101"))
        #expect(!terminal.isCooked)
        terminal.type("hello\n")
        #expect(terminal.shows("<hello>"))
        terminal.resize(rows: 44, columns: 222)
        #expect(terminal.shows("resized 44 222"), "\(terminal.screen())")
        terminal.type("\u{3}")
        #expect(terminal.shows("interrupted"), "\(terminal.screen())")
        terminal.type("end\n")
        #expect(try shell.wait().status == 5)
        #expect(terminal.isCooked)
        #expect(try host.minirun(["exec", "box", "ls", "-A", "/dev/console"]).status != 0, "a console was made")
    }

    @Test("is let go of by the detach keys, and the command goes on")
    func detach() throws {
        let host = try FakeHost()
        try host.box("box")
        let terminal = try Terminal(rows: 24, columns: 80)
        let shell = try host.start(
            "exec minirun exec -it --detach-keys ctrl-x,d box sh -c \"$1\"", ["echo ready; exec sleep 994"],
            input: .terminal(terminal.path))
        #expect(terminal.shows("ready"))
        terminal.type("\u{18}d")
        #expect(try shell.wait().status == 0)
        #expect(terminal.isCooked)
        #expect(try host.run("pgrep -fx 'sleep 994'").status == 0)
        try host.run("kill -9 \(host.inspect("box", "{{.State.Pid}}"))")
        #expect(try eventually { try host.run("pgrep -f 'exec -i[t]|sleep 99[4]'").status == 1 })
    }

    @Test("takes the command along when its user is killed, or told to end", arguments: [SIGKILL, SIGTERM, SIGHUP])
    func killed(signal: CInt) throws {
        let host = try FakeHost()
        try host.box("box")
        let terminal = try Terminal(rows: 24, columns: 80)
        let shell = try host.start(
            "exec minirun exec -it box sh -c \"$1\"", ["echo ready; exec sleep 993"], input: .terminal(terminal.path))
        #expect(terminal.shows("ready"))
        #expect(try host.run("pgrep -fx 'sleep 993'").status == 0)
        host.signal(shell, signal)
        #expect(try shell.wait().status != 0)
        #expect(try eventually { try host.run("pgrep -f 'exec -i[t]|sleep 99[3]'").status == 1 })
        #expect(try host.inspect("box", "{{.State.Running}}") == "true")
    }

    @Test("says why there is no command, and carries the output alone without -i")
    func outputOnly() throws {
        let host = try FakeHost()
        try host.box("box")
        let missing = try host.minirun(["exec", "-t", "box", "nope"])
        #expect(missing.status == 127 && missing.errors.contains("executable file not found"), "\(missing)")
        let outcome = try host.minirun(["exec", "-t", "box", "sh", "-c", "[ -t 1 ] && echo terminal; exit 4"])
        #expect(outcome.output == "terminal\r\n" && outcome.status == 4, "\(outcome)")
    }
}
