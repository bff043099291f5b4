import CShim
import Testing

@Suite("The streams of a detached container")
struct AttachTests {
    /// A command whose three streams are a terminal.
    private func start(
        _ words: String, on terminal: Terminal, _ host: FakeHost, _ arguments: [String] = []
    ) throws -> ChildProcess {
        try host.start("exec minirun \(words)", arguments, input: .terminal(terminal.path))
    }

    @Test("a terminal is let go of by the detach keys, taken up again, and has the size of who holds it")
    func detach() throws {
        let host = try FakeHost()
        let terminal = try Terminal(rows: 30, columns: 100)
        let script = "while read line; do echo \"<$line>\"; [ \"$line\" = end ] && exit 6; done"
        let run = try start(
            "run --name shell -it \"$1\" sh -c \"$2\"", on: terminal, host, [Places.busybox.get(), script])
        terminal.type("one\n")
        #expect(terminal.shows("<one>"), "\(terminal.screen())")
        terminal.type("\u{10}\u{11}")
        #expect(try run.wait().status == 0)
        #expect(terminal.isCooked)
        #expect(try host.status("shell") == "running 0")

        let other = try Terminal(rows: 44, columns: 133)
        let attach = try start("attach --detach-keys ctrl-x,q shell", on: other, host)
        other.type("two\u{18}x\n")
        #expect(other.shows("<two"), "\(other.screen())")
        #expect(try host.minirun(["exec", "shell", "stty", "-F", "/dev/console", "size"]).line == "44 133")
        other.type("\u{18}q")
        #expect(try attach.wait().status == 0)

        let last = try start("attach shell", on: other, host)
        other.type("end\n")
        #expect(try last.wait().status == 6)
        #expect(try host.status("shell") == "exited 6")
        // The log has what everybody saw, and nobody's keys to let go.
        #expect(try host.minirun(["logs", "shell"]).output.contains("<one>"))
    }

    @Test("start -a -i carries them through, with the exit code")
    func startAttached() throws {
        let host = try FakeHost()
        let root = try Places.busybox.get()
        try host.minirun(["create", "--name", "filter", "-i", root, "sh", "-c", "tr a-z A-Z; echo bad >&2; exit 9"])
        let outcome = try host.run("echo hello | minirun start -a -i filter")
        #expect(outcome.status == 9 && outcome.output == "HELLO\n" && outcome.errors == "bad\n", "\(outcome)")
    }

    @Test("everybody who is attached sees them, gets the exit code, and passes signals on")
    func several() throws {
        let host = try FakeHost()
        try host.detached(
            ["--name", "talker"],
            ["sh", "-c", "trap 'echo caught; exit 3' TERM; while :; do echo tick; sleep 0.1; done"])
        let first = try host.start("exec minirun attach talker")
        let second = try host.start("exec minirun attach --sig-proxy=false talker")
        #expect(eventually { first.output.contains("tick") && second.output.contains("tick") })
        host.signal(first, SIGTERM)
        for process in [first, second] {
            let outcome = try process.wait()
            #expect(outcome.status == 3 && outcome.output.hasSuffix("caught\n"), "\(outcome)")
        }
    }

    @Test("a megabyte comes through whole, to one who reads slowly too")
    func slowReader() throws {
        let host = try FakeHost()
        let root = try Places.busybox.get()
        try host.minirun(["create", "--name", "flood", root, "sh", "-c", "seq 200000"])
        let outcome = try host.run("minirun start -a flood | { sleep 1; md5sum; }; seq 200000 | md5sum")
        let sums = outcome.output.split(separator: "\n")
        #expect(sums.count == 2 && sums[0] == sums[1], "\(outcome)")
        #expect(try host.run("minirun logs flood | md5sum").line == String(sums[0]))
    }

    @Test("those of a container that does not run, or is in the foreground, are refused with the reason")
    func refused() throws {
        let host = try FakeHost()
        let front = try host.container(["--name", "front"])
        try host.detached(["--name", "done"], ["true"])
        #expect(try host.minirun(["wait", "done"]).line == "0")
        let stopped = try host.minirun(["attach", "done"])
        #expect(stopped.status == 1 && stopped.errors.contains("cannot attach to a stopped container, start it first"))
        for command in ["attach", "logs"] {
            let outcome = try host.minirun([command, "front"])
            #expect(outcome.status == 1 && outcome.errors.contains("runs in the foreground"), "\(outcome)")
        }
        withExtendedLifetime(front) {}
    }

    @Test("are logged: both, in order, by time, to the last half line, and followed over a restart")
    func logs() throws {
        let host = try FakeHost()
        try host.detached(
            ["--name", "talker"], ["sh", "-c", "echo out; echo err >&2; echo again; printf half; sleep 0.3; exit 0"])
        let follower = try host.start("exec minirun logs -f talker")
        #expect(try host.minirun(["wait", "talker"]).line == "0")
        let outcome = try follower.wait()
        #expect(outcome.output == "out\nagain\nhalf" && outcome.errors == "err\n", "\(outcome)")
        #expect(try host.minirun(["logs", "--tail", "1", "talker"]).output == "half")
        #expect(try host.minirun(["logs", "--since", "1h", "--until", "1m", "talker"]).output == "")
        let stamped = try host.minirun(["logs", "-t", "talker"]).output
        #expect(stamped.contains(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z out\n/), "\(stamped)")
        try host.minirun(["start", "talker"])
        try host.minirun(["wait", "talker"])
        #expect(try host.minirun(["logs", "talker"]).output == "out\nagain\nhalfout\nagain\nhalf")
        try host.detached(["--name", "mute", "--log-driver", "none"], ["echo", "x"])
        #expect(try host.minirun(["logs", "mute"]).errors.contains("does not support reading"))
        try host.detached(
            ["--name", "chatty", "--log-opt", "max-size=10k", "--log-opt", "max-file=2"], ["seq", "10000"])
        try host.minirun(["wait", "chatty"])
        let tail = try host.minirun(["logs", "chatty"]).output
        #expect(tail.hasSuffix("\n9999\n10000\n") && tail.utf8.count < 3000, "\(tail.utf8.count)")
    }
}
