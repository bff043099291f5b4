import CShim
import Testing

/// What a container does to those who watch over it, and what it leaves for those who clear up.
@Suite("A hostile workload")
struct HostileWorkloadTests {
    @Test(
        "cannot leave anything that is not removed",
        arguments: [
            "touch $(printf '/\\377') \"$(printf '/a\\nb')\" /-rf '/ '", "mkdir -p /a/b/c; chmod 0 /a/b",
            "ulimit -n 1024; i=0; while [ $i -lt 1500 ]; do mkdir x && cd x; i=$((i+1)); done; touch y",
            "i=0; while [ $i -lt 3000 ]; do mkdir -p /d/$i/e; i=$((i+1)); done",
        ])
    func remains(script: String) throws {
        let host = try FakeHost()
        let root = try Places.busybox.get()
        let outcome = try host.run(
            "ulimit -n 256; minirun run -d --rm --name self \"$1\" sh -c \"$2\" >/dev/null"
                + "; minirun run -d --name other \"$1\" sh -c \"$2\" >/dev/null; minirun wait other", [root, script],
            within: 60)
        #expect(outcome.line == "0", "\(outcome)")
        #expect(try host.run("ulimit -n 256; minirun rm other").line == "other")
        #expect(
            try eventually {
                try host.run("find \"$MINIRUN_ROOT/containers\" \"$MINIRUN_STATE/containers\" -mindepth 1").output == ""
            })
    }

    @Test("never has the user's terminal in its hands, without one of its own")
    func terminal() throws {
        let host = try FakeHost()
        let root = try Places.busybox.get()
        try host.detached(["--name", "cc"], ["sleep", "1000"])
        let question = "for n in 0 1 2; do [ -t $n ] && echo \"has $n\"; done; echo answered; cat"
        for (command, words) in [
            ("exec -i cc sh -c \"$2\"", "exec"), ("run --rm -i \"$1\" sh -c \"$2\"", "run"),
            ("start -a -i made", "start"),
        ] {
            try host.minirun(["rm", "-f", "made"])
            try host.minirun(["create", "--name", "made", "-i", root, "sh", "-c", question])
            let terminal = try Terminal(rows: 24, columns: 80)
            let process = try host.start("exec minirun \(command)", [root, question], input: .terminal(terminal.path))
            #expect(terminal.shows("answered"), "\(words): \(terminal.screen())")
            terminal.type("typed\n")
            #expect(eventually { terminal.screen().components(of: "typed") == 2 }, "\(words): \(terminal.screen())")
            #expect(!terminal.screen().contains("has"), "\(words): \(terminal.screen())")
            terminal.type("\u{4}")
            #expect(try process.wait().status == 0)
        }
    }

    @Test("that leaves a writer behind in the host's pid namespace does not trap its supervisor")
    func writerLeftBehind() throws {
        let host = try FakeHost()
        try host.detached(
            ["--name", "flood", "--pid", "host"], ["sh", "-c", "yes & echo $! > /proc/self/fd/2; sleep 0.2; exit 0"])
        #expect(try eventually { try host.status("flood") == "exited 0" })
        #expect(try host.minirun(["rm", "-f", "flood"], within: 10).status == 0)
        try host.run("pkill -x yes; true")
    }

    @Test("a FIFO of the user's stays the user's")
    func namedPipe() throws {
        let host = try FakeHost()
        try host.detached(["--name", "cc"], ["sleep", "1000"])
        let outcome = try host.run(
            """
            mkfifo -m 600 /run/fifo; cat /run/fifo >/dev/null & stat -c %u /run/fifo
            minirun exec cc true >/run/fifo; cat /run/fifo >/dev/null & minirun run --rm "$1" true >/run/fifo
            stat -c %u /run/fifo
            """, [Places.busybox.get()])
        let owners = outcome.output.split(separator: "\n")
        #expect(owners.count == 2 && owners[0] == owners[1], "\(outcome)")
    }

    @Test("of two who want different things the last one counts, and neither waits for ever")
    func lastWord() throws {
        let host = try FakeHost()
        try host.detached(["--name", "deaf"], ["sh", "-c", "trap '' TERM; while :; do sleep 0.05; done"])
        let stop = try host.start("exec minirun stop -t 3 deaf")
        pause(0.4)
        #expect(try host.minirun(["restart", "-t", "0", "deaf"]).status == 0)
        #expect(try stop.wait(within: 8).status == 0)
        #expect(try host.status("deaf") == "running 0")
        let restart = try host.start("exec minirun restart -t 2 deaf")
        pause(0.4)
        #expect(try host.minirun(["stop", "-t", "0", "deaf"]).status == 0)
        _ = try restart.wait(within: 8)
        #expect(try host.minirun(["rm", "-f", "deaf"]).status == 0)
    }

    @Test("a supervisor that does not answer is named, and ended by force")
    func stuckSupervisor() throws {
        let host = try FakeHost()
        try host.detached(["--name", "stuck", "-p", "8080:80"], ["sleep", "1000"])
        let supervisor = trimmed(try host.supervisor("stuck"))
        try host.run("kill -STOP \(supervisor)")
        let stop = try host.minirun(["stop", "-t", "0", "stuck"], within: 20)
        #expect(
            stop.status == 1 && stop.errors.contains("its supervisor, process \(supervisor), does not answer"),
            "\(stop)")
        #expect(try host.minirun(["rm", "-f", "stuck"], within: 20).status == 0)
        #expect(try host.run("test -e /proc/\(supervisor)").status != 0)
        #expect(try host.run("nft list map inet minirun any4 | grep -c elements").line == "0")
    }

    @Test("kept on being restarted by several at once, it keeps its supervisor")
    func restartedByMany() throws {
        let host = try FakeHost()
        try host.detached(["--name", "loop", "--restart", "always"], ["sleep", "1000"])
        let supervisor = try host.supervisor("loop")
        let outcome = try host.run(
            "for n in 1 2 3; do (for i in 1 2 3 4 5 6; do minirun restart -t 0 loop >/dev/null; done) & done; wait",
            within: 60)
        #expect(outcome.errors == "", "\(outcome)")
        #expect(try eventually { try host.status("loop") == "running 0" })
        #expect(try host.supervisor("loop") == supervisor)
        let open = try host.run("ls /proc/\(trimmed(supervisor))/fd | wc -l").line
        #expect(Int(open) ?? 99 < 30, "\(open) descriptors")
    }
}

extension String {
    /// How often a text stands in it.
    fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}
