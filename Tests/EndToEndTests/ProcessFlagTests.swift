import CShim
import Testing

@Suite("A flag of run")
struct ProcessFlagTests {
    private let quiet = ["--net", "none"]

    @Test("adds groups, by name and by number, to exec too")
    func groups() throws {
        let host = try FakeHost()
        let options = quiet + ["--name", "web", "--user", "1:1", "--group-add", "tty", "--group-add", "9"]
        try host.detached(options, ["sleep", "1000"])
        let pid = try host.inspect("web", "{{.State.Pid}}")
        let inside = try host.minirun(["exec", "web", "grep", "^Groups:", "/proc/1/status"])
        #expect(inside.output.split(whereSeparator: \.isWhitespace).dropFirst().sorted() == ["5", "9"], "\(inside)")
        #expect(try host.run("grep ^Groups: /proc/\(pid)/status").line != "Groups:")
        let other = try host.minirun(["exec", "-u", "2", "web", "id", "-G"])
        #expect(other.line.split(separator: " ").contains("9"), "\(other)")
        let unknown = try host.runContainer(quiet + ["--group-add", "nobodys"], "true")
        #expect(unknown.errors == "minirun: unable to find group nobodys: no matching entries in group file\n")
        #expect(unknown.status == 125)
        #expect(try host.runContainer(quiet + ["--group-add", "keep-groups"], "true").errors.contains("not supported"))
    }

    @Test("sets the size of /dev/shm", arguments: [("3m", "3072"), ("0", "65536"), (nil, "65536")])
    func sharedMemory(size: String?, blocks: String) throws {
        let host = try FakeHost()
        let options = quiet + (size.map { ["--shm-size", $0] } ?? [])
        let outcome = try host.runContainer(options, "df -k /dev/shm | awk 'NR == 2 { print $2 }'")
        #expect(outcome.line == blocks, "\(outcome)")
    }

    @Test(
        "is refused for a bad size or score",
        arguments: [
            (["--shm-size", "3x"], #"invalid argument "3x" for "--shm-size" flag: invalid suffix: 'x'"#),
            (["--shm-size", "-1"], #"invalid argument "-1" for "--shm-size" flag: invalid size: '-1'"#),
            (["--shm-size", "1m", "--ipc", "host"], "cannot set shmsize when running in the host IPC Namespace"),
            (["--oom-score-adj", "1001"], "invalid value 1001, range for oom score adj is [-1000, 1000]"),
            (["--cgroupns", "odd"], "--cgroupns: invalid CGROUP mode"),
            (
                ["--cpus", "1", "--cpu-quota", "1000"],
                "Conflicting options: Nano CPUs and CPU Quota cannot both be set."
            ),
            (["--cpu-quota", "10"], "CPU cfs quota can not be less than 1ms (i.e. 1000)"),
            (["--memory-reservation", "1m"], "Minimum memory reservation allowed is 6MB"),
        ])
    func refusals(options: [String], message: String) throws {
        let host = try FakeHost()
        let outcome = try host.runContainer(quiet + options, "true")
        #expect(outcome.status == 125 && outcome.errors == "minirun: \(message)\n", "\(outcome)")
    }

    @Test("sets the score by which the kernel ends processes")
    func score() throws {
        let host = try FakeHost()
        try host.detached(quiet + ["--name", "web", "--oom-score-adj", "321"], ["sleep", "1000"])
        let pid = try host.inspect("web", "{{.State.Pid}}")
        #expect(try host.run("cat /proc/\(pid)/oom_score_adj").line == "321")
        #expect(try host.inspect("web", "{{.HostConfig.OomScoreAdj}}") == "321")
        // Without the capability over the host the message says what is missing.
        let lowered = try host.runContainer(quiet + ["--oom-score-adj", "-999"], "cat /proc/self/oom_score_adj")
        #expect(
            lowered.line == "-999" || (lowered.status == 125 && lowered.errors.contains("CAP_SYS_RESOURCE")),
            "\(lowered)")
    }

    @Test("begins the view of control groups at the container's own", .enabled(if: geteuid() == 0, "needs real root"))
    func controlGroups() throws {
        let host = try FakeHost()
        let limit = contents(of: "/proc/self/cgroup").contains(":pids:") ? ["--pids-limit", "99"] : []
        try host.detached(quiet + limit + ["--name", "own", "--cgroupns", "private"], ["sleep", "1000"])
        try host.detached(quiet + limit + ["--name", "open", "--cgroupns", "host"], ["sleep", "1000"])
        let mine = try host.run("readlink /proc/self/ns/cgroup").line
        func namespace(_ name: String) throws -> String {
            try host.run("readlink /proc/\(host.inspect(name, "{{.State.Pid}}"))/ns/cgroup").line
        }
        #expect(try namespace("own") != mine && namespace("open") == mine)
        let paths = "sed 's/.*://' /proc/1/cgroup | sort -u"
        #expect(try host.minirun(["exec", "own", "sh", "-c", paths]).output == "/\n")
        if !limit.isEmpty {
            #expect(try host.minirun(["exec", "open", "sh", "-c", paths]).output.contains("/minirun/"))
        }
        // A command that joins sees the same, and is in the same group.
        let joined = try host.minirun(["exec", "own", "sh", "-c", "readlink /proc/self/ns/cgroup; \(paths)"])
        #expect(try joined.output == "\(namespace("own"))\n/\n", "\(joined)")
        #expect(try host.inspect("own", "{{.HostConfig.CgroupnsMode}}") == "private")
        #expect(try host.inspect("open", "{{.HostConfig.CgroupnsMode}}") == "host")
    }

    @Test("takes a seccomp profile from a file")
    func seccomp() throws {
        let host = try FakeHost()
        let profile =
            #"{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}]}"#
        try host.run("cd /run; echo \"$1\" >ok.json; echo '{' >broken.json", [profile])
        let option = { (source: String) in ["--security-opt", "seccomp=\(source)"] }
        let look = "mkdir /x 2>/dev/null; echo $?; awk '/^Seccomp:/ { print $2 }' /proc/self/status"
        #expect(try host.runContainer(quiet + option("/run/ok.json"), look).output == "1\n2\n")
        #expect(try host.runContainer(quiet + option("unconfined"), look).output == "0\n0\n")
        #expect(try host.runContainer(quiet, look).output == "0\n2\n")
        for (file, reason) in [("/run/broken.json", "not a profile"), ("/run/none.json", "no such file or directory")] {
            let outcome = try host.runContainer(quiet + option(file), "true")
            #expect(
                outcome.status == 125 && outcome.errors.hasPrefix("minirun: seccomp profile \(file): "), "\(outcome)")
            #expect(outcome.errors.contains(reason), "\(outcome)")
        }
    }

    @Test(
        "limits processor time and memory like the kernel's own files say",
        .enabled(if: geteuid() == 0, "needs real root: a user's host has no control groups"))
    func limits() throws {
        let host = try FakeHost()
        let options = [
            "--cpu-period", "50000", "--cpu-quota", "20000", "--memory-reservation", "32m", "--cpuset-mems", "0",
        ]
        try host.detached(quiet + ["--name", "web"] + options, ["sleep", "1000"])
        let id = try host.inspect("web", "{{.Id}}")
        let files = try host.run(
            """
            for d in $(find /sys/fs/cgroup -type d -path '*/minirun/'"$1"); do
                cd $d; cat cpu.max cpu.cfs_quota_us cpu.cfs_period_us memory.low memory.soft_limit_in_bytes cpuset.mems
            done 2>/dev/null
            """, [id]
        ).output.split(separator: "\n").map(String.init)
        #expect(files.contains("20000 50000") || (files.contains("20000") && files.contains("50000")), "\(files)")
        #expect(files.contains("33554432") && files.contains("0"), "\(files)")
    }
}
