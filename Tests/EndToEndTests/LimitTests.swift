import CShim
import Testing

@Suite("A limit of resources", .enabled(if: geteuid() == 0, "needs real root: a user's host has no control groups"))
struct LimitTests {
    /// The directories of containers in any hierarchy: those of this test have ids that it has seen.
    private static let look = "find /sys/fs/cgroup -type d -path '*/minirun/*'"

    /// Whether the host has a controller, in either version of control groups.
    private static func has(_ controller: String) -> Bool {
        contents(of: "/sys/fs/cgroup/cgroup.controllers").contains(controller)
            || contents(of: "/proc/self/cgroup").contains(":\(controller):")
    }

    @Test("of memory kills what takes more", .enabled(if: has("memory"), "needs the memory controller"))
    func memory() throws {
        let host = try FakeHost()
        let eat = "exec dd if=/dev/zero of=/dev/null bs=100M count=1 2>&1"
        let limited = try host.runContainer(["--rm", "--net", "none", "--memory", "32m"], eat)
        #expect(limited.status == 137 && limited.output == "", "\(limited)")
        // The twin: without the limit the same command ends well.
        #expect(try host.runContainer(["--rm", "--net", "none"], eat).status == 0)
    }

    @Test("of processes stops a loop of forks", .enabled(if: has("pids"), "needs the pids controller"))
    func processes() throws {
        let host = try FakeHost()
        let loop = "i=0; while [ $i -lt 30 ]; do sleep 1000 & i=$((i+1)); done; echo all"
        let options = ["--rm", "--net", "none"]
        let limited = try host.runContainer(options + ["--pids-limit", "10"], loop)
        #expect(limited.status == 2 && limited.errors.contains("can't fork"), "\(limited)")
        #expect(try host.runContainer(options, loop).line == "all")
    }

    @Test(
        "leaves no group behind, whether the container comes to be or not",
        .enabled(if: has("pids"), "needs the pids controller"))
    func nothingLeft() throws {
        let host = try FakeHost()
        let web = try host.container(["--name", "web", "--pids-limit", "100"])
        let id = try host.inspect("web", "{{.Id}}")
        #expect(try host.run(Self.look).output.contains(id))
        try host.run("kill -9 \"$(minirun inspect -f '{{.State.Pid}}' web)\"")
        #expect(try web.wait().status == 137)
        #expect(try !host.run(Self.look).output.contains(id))

        let options = ["run", "--rm", "--net", "none", "--pids-limit", "100"]
        let failed = try host.minirun(["--explain=sh"] + options + [Places.busybox.get(), "/no/such/command"])
        #expect(failed.status == 127 && failed.errors.contains("/minirun/$ID/pids.max"), "\(failed)")
        let other = try #require(failed.errors.firstMatch(of: #/ID=([0-9a-f]{64})/#)?.1)
        #expect(try !host.run(Self.look).output.contains(other))
    }

    @Test("is kept by the script of a plan too", .enabled(if: has("pids"), "needs the pids controller"))
    func script() throws {
        let host = try FakeHost()
        let written = try host.minirun(
            ["plan", "-o", "/run/plan.sh", "run", "--rm", "--net", "none", "--pids-limit", "77"]
                + [Places.busybox.get(), "grep", "pids", "/proc/self/cgroup"])
        #expect(written.status == 0, "\(written)")
        // A process leaves its group a moment after its parent has been told of its end: cgroup_task_dead() of Linux 6.18.
        let remove = """
            for group in $(sed -n 's|^mkdir -p \\(/sys/.*\\)|\\1|p' /run/plan.sh); do
                for try in $(seq 100); do rmdir "$group" 2>/dev/null && break; sleep 0.05; done
                [ ! -d "$group" ] && { rmdir "$(dirname "$group")" 2>/dev/null || :; }
            done
            """
        let outcome = try host.run("bash /run/plan.sh\n" + remove)
        #expect(outcome.status == 0 && outcome.output.contains("pids:/minirun/"), "\(outcome)")
    }

    @Test("that cannot be set is an error that says so")
    func unprivileged() throws {
        let host = try FakeHost(by: .nobody)
        let run = ["run", "--rm", "--net", "none"]
        let refused = try host.minirun(run + ["--memory", "32m", "busybox", "echo", "ran"])
        #expect(refused.status == 125 && refused.output == "", "\(refused)")
        #expect(refused.errors.hasPrefix("minirun: --memory: "), "\(refused)")
        #expect(try host.minirun(run + ["busybox", "echo", "ran"]).line == "ran")
    }
}
