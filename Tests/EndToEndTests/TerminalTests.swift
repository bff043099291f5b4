import CShim
import Testing

@Suite("A terminal")
struct TerminalTests {
    @Test("is real inside: size, resizes, control characters, exit code, and the outer one restored")
    func interactive() throws {
        let host = try FakeHost()
        let terminal = try Terminal(rows: 33, columns: 101)
        let script =
            "trap 'echo interrupted' INT; trap 'echo resized $(stty size)' WINCH; tty; stty size; echo ready; "
            + "while :; do read -t 1 line && { [ \"$line\" = end ] && exit 5; echo \"<$line>\"; }; done"
        let shell = try host.start(
            "exec minirun run --rm -it \"$1\" sh -c \"$2\"", [Places.busybox.get(), script],
            input: .terminal(terminal.path))
        #expect(terminal.shows("ready"), "\(terminal.screen())")
        #expect(terminal.screen().contains("/dev/pts/0") || terminal.screen().contains("/dev/console"))
        #expect(terminal.screen().contains("33 101"))
        #expect(!terminal.isCooked)
        terminal.type("hello\n")
        #expect(terminal.shows("<hello>"))
        terminal.resize(rows: 44, columns: 222)
        #expect(terminal.shows("resized 44 222"), "\(terminal.screen())")
        terminal.type("\u{3}")
        #expect(terminal.shows("interrupted"), "\(terminal.screen())")
        terminal.type("end\n")
        let outcome = try shell.wait()
        #expect(outcome.status == 5)
        #expect(terminal.isCooked)
    }

    @Test("asked for without having one is an error that says so")
    func noTerminal() throws {
        let host = try FakeHost()
        let outcome = try host.runContainer(["--rm", "-it"], "true")
        #expect(outcome.status == 125 || outcome.status == 1, "\(outcome)")
        #expect(outcome.errors.contains("the input device is not a TTY"), "\(outcome)")
        #expect(try host.runContainer(["--rm", "-i"], "[ -t 0 ] || echo none").line == "none")
    }

    @Test("without stdin still carries the output")
    func outputOnly() throws {
        let host = try FakeHost()
        let outcome = try host.runContainer(["--rm", "-t"], "[ -t 1 ] && echo terminal; exit 4")
        #expect(outcome.output == "terminal\r\n" && outcome.status == 4, "\(outcome)")
    }
}
