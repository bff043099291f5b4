import CShim
import Testing

@Suite("A container that is watched", .enabled(if: geteuid() == 0, "control groups need root"))
struct WatchedTests {
    @Test("stands still while it is paused, and goes on")
    func pause() throws {
        let host = try FakeHost()
        let id = try host.detached(["--name", "clock"], ["sh", "-c", "while :; do echo tick; sleep 0.02; done"])
        func ticks() throws -> Int { try host.minirun(["logs", "clock"]).output.split(separator: "\n").count }
        #expect(try eventually { try ticks() > 3 })
        #expect(try host.minirun(["pause", "clock"]).line == "clock")
        #expect(try host.minirun(["ps", "--format", "{{.Status}}"]).line.hasSuffix("(Paused)"))
        let still = try ticks()
        EndToEndTests.pause(0.3)
        #expect(try ticks() <= still + 1)
        let exec = try host.minirun(["exec", "clock", "true"])
        #expect(exec.status == 1 && exec.errors.contains("is paused, unpause the container before exec"), "\(exec)")
        #expect(try host.minirun(["pause", "clock"]).errors.contains("is already paused"))
        #expect(try host.minirun(["unpause", "clock"]).line == "clock")
        #expect(try eventually { try ticks() > still + 3 })
        #expect(try host.minirun(["unpause", "clock"]).errors.contains("is not paused"))
        // A frozen one can be stopped, and removed.
        try host.minirun(["pause", "clock"])
        #expect(try host.minirun(["stop", "-t", "1", "clock"], within: 10).status == 0)
        for _ in 0..<20 {
            #expect(try host.minirun(["start", "clock"]).status == 0)
            #expect(try host.minirun(["pause", "clock"]).status == 0)
            let killed = try host.minirun(["stop", "-s", "KILL", "clock"], within: 10)
            #expect(killed.status == 0, "\(killed)")
        }
        try host.minirun(["start", "clock"])
        try host.minirun(["pause", "clock"])
        let removed = try host.minirun(["rm", "-f", "clock"], within: 10)
        #expect(removed.status == 0, "\(removed)")
        #expect(try host.run("find /sys/fs/cgroup -name \(id)").output == "")
    }

    @Test("frozen when its supervisor is killed, is gone after the next command")
    func pausedAndOrphaned() throws {
        let host = try FakeHost()
        try host.detached(["--name", "ice"], ["sleep", "1000"])
        try host.minirun(["pause", "ice"])
        let process = try host.inspect("ice", "{{.State.Pid}}")
        try host.run("kill -9 \(host.supervisor("ice"))")
        #expect(try host.status("ice") == "exited 137")
        #expect(try eventually { try host.run("test -e /proc/\(process)").status != 0 })
        #expect(try host.minirun(["rm", "ice"]).status == 0)
    }

    @Test("tells how well it is, and what made it so")
    func health() throws {
        let host = try FakeHost()
        try host.detached(
            [
                "--name", "patient", "--health-cmd", "echo looked; test -e /well", "--health-interval", "100ms",
                "--health-retries", "2",
            ], ["sleep", "1000"])
        #expect(try host.minirun(["ps", "--format", "{{.Status}}"]).line.hasSuffix("(health: starting)"))
        #expect(try eventually { try host.inspect("patient", "{{.State.Health.Status}}") == "unhealthy" })
        #expect(try host.inspect("patient", "{{(index .State.Health.Log 0).Output}}") == "looked")
        #expect(try host.inspect("patient", "{{(index .State.Health.Log 0).ExitCode}}") == "1")
        try host.minirun(["exec", "patient", "touch", "/well"])
        #expect(try eventually { try host.inspect("patient", "{{.State.Health.Status}}") == "healthy" })
        #expect(try host.minirun(["ps", "-q", "--filter", "health=healthy"]).output != "")
        let events = try host.minirun([
            "events", "--since", "1h", "--until", "0s", "--filter", "event=health_status", "--format", "{{.Action}}",
        ])
        #expect(events.output == "health_status: unhealthy\nhealth_status: healthy\n", "\(events)")
        try host.detached(
            ["--name", "slow", "--health-cmd", "sleep 100", "--health-interval", "50ms", "--health-timeout", "100ms"],
            ["sleep", "1000"])
        #expect(try eventually { try host.inspect("slow", "{{.State.Health.Status}}") == "unhealthy" })
        #expect(
            try host.inspect("slow", "{{(index .State.Health.Log 0).Output}}")
                == "Health check exceeded timeout (100ms)")
        // What took too long is not left running: of many probes there is one at the most, a shell and its sleep.
        EndToEndTests.pause(0.8)
        #expect(
            try host.minirun(["top", "slow"]).output.split(separator: "\n").count { $0.hasSuffix("sleep 100") } <= 2)
    }

    @Test("is killed when it eats more than it may, and the record says why")
    func outOfMemory() throws {
        let host = try FakeHost()
        try host.detached(["--name", "glutton", "--memory", "20m"], ["tail", "/dev/zero"])
        #expect(try host.minirun(["wait", "glutton"]).line == "137")
        #expect(try host.inspect("glutton", "{{.State.OOMKilled}}") == "true")
        let events = try host.minirun(["events", "--since", "1h", "--until", "0s", "--format", "{{.Action}}"])
        #expect(events.output == "create\nconnect\nstart\noom\ndie\ndisconnect\n", "\(events)")
        let stats = try host.minirun([
            "run", "-d", "--name", "busy", "-m", "64m", Places.busybox.get(), "sleep", "1000",
        ])
        #expect(stats.status == 0)
        let row = try host.minirun(["stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}} {{.PIDs}}"]).line
        #expect(row.hasPrefix("busy ") && row.hasSuffix(" / 64MiB 1"), "\(row)")
        // The host is taken away with its processes, but not what it has made in the machine's control groups.
        try host.minirun(["rm", "-f", "busy"])
    }
}
