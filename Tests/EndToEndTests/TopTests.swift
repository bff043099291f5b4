import Testing

/// `top`: the host's ps(1), but only of one container.
@Suite("top")
struct TopTests {
    @Test(
        "shows the container's processes and nobody else's", arguments: [[], ["--pid", "host"], ["--userns", "host"]])
    func lists(options: [String]) throws {
        let host = try FakeHost()
        try host.box("box", options, "sleep 997 & exec sleep 996")
        try host.box("other", options, "exec sleep 995")
        let pid = try host.inspect("box", "{{.State.Pid}}")
        #expect(try eventually { try host.run("pgrep -fx 'sleep 99[567]' | wc -l").line == "3" })
        let full = try host.minirun(["top", "box"]).output.split(separator: "\n")
        #expect(full.first?.hasPrefix("UID") == true && full.count == 3, "\(full)")
        let some = try host.minirun(["top", "box", "-o", "pid,args"])
        #expect(some.output.contains("\(pid) sleep 996\n") && some.output.contains(" sleep 997\n"), "\(some)")
        #expect(!some.output.contains("995") && some.output.split(separator: "\n").count == 3, "\(some)")
        #expect(try host.minirun(["top", "box", "aux"]).output.split(separator: "\n").count == 3)
    }

    @Test(
        "says what is wrong",
        arguments: [
            (["ended"], "is not running"), (["gone"], "No such container: gone"),
            (["box", "-o", "args"], "Couldn't find PID field in ps output"),
            (["box", "--nope"], "error: unknown gnu long option"),
        ])
    func mistakes(words: [String], sentence: String) throws {
        let host = try FakeHost()
        try host.box("box")
        try host.minirun(["run", "--name", "ended", try Places.busybox.get(), "true"])
        let outcome = try host.minirun(["top"] + words)
        #expect(outcome.status == 1 && outcome.errors.contains(sentence), "\(outcome)")
    }
}
