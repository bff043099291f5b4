import CShim
import Testing

@Suite("Whose ids a container has", .enabled(if: geteuid() == 0, "needs real root: a user has no ids to spare"))
struct UserNamespaceTests {
    private let quiet = ["--net", "none"]

    private func map(_ host: FakeHost, _ name: String) throws -> [String] {
        let pid = try host.inspect(name, "{{.State.Pid}}")
        return try host.run("tr -s ' ' </proc/\(pid)/uid_map; grep ^Uid: /proc/\(pid)/status").output
            .split(separator: "\n").map { trimmed(String($0)) }
    }

    @Test("with auto no two have the same, and a stopped one keeps its own")
    func ownRanges() throws {
        let host = try FakeHost()
        for name in ["one", "two"] {
            try host.detached(quiet + ["--name", name, "--userns", "auto"], ["sh", "-c", "echo x >>/x; sleep 1000"])
        }
        try host.detached(quiet + ["--name", "shared"], ["sleep", "1000"])
        try host.detached(quiet + ["--name", "small", "--userns", "auto:size=1000"], ["sleep", "1000"])
        let before = try map(host, "one")
        let starts = try ["one", "two", "shared", "small"].map { name in
            let words = try map(host, name)[0].split(separator: " ").compactMap { Int($0) }
            #expect(words.count == 3 && words[0] == 0 && words[2] == (name == "small" ? 1000 : 65536), "\(words)")
            return words.count == 3 ? words[1]..<(words[1] + words[2]) : 0..<0
        }
        for (index, one) in starts.enumerated() {
            for other in starts[..<index] { #expect(!one.overlaps(other), "\(starts)") }
        }
        try host.minirun(["stop", "-t", "0", "one"])
        try host.detached(quiet + ["--name", "three", "--userns", "auto"], ["sleep", "1000"])
        #expect(try map(host, "three") != before)
        #expect(try host.minirun(["start", "one"]).status == 0)
        #expect(try map(host, "one") == before)
        #expect(try host.minirun(["exec", "one", "sh", "-c", "echo y >>/x; cat /x"]).output == "x\nx\ny\n")
        // What a removed one had may be had again.
        try host.minirun(["rm", "-f", "one"])
        try host.detached(quiet + ["--name", "four", "--userns", "auto"], ["sleep", "1000"])
        #expect(try map(host, "four")[0] == before[0])
    }

    @Test("with keep-id the caller is a user inside, and the command runs as that")
    func keepID() throws {
        let host = try FakeHost()
        let root = try Places.busybox.get()
        let run = "SUDO_UID=1234 SUDO_GID=5678 minirun run -d --net none \"$@\" sleep 1000"
        #expect(try host.run(run, ["--name", "kept", "--userns", "keep-id", root]).status == 0)
        #expect(try map(host, "kept").last == "Uid:\t1234\t1234\t1234\t1234")
        #expect(try host.minirun(["exec", "kept", "sh", "-c", "id -u; id -g"]).output == "1234\n5678\n")
        #expect(try host.run(run, ["--name", "other", "--userns", "keep-id:uid=7,gid=8", root]).status == 0)
        #expect(try map(host, "other").last == "Uid:\t1234\t1234\t1234\t1234")
        #expect(try host.minirun(["exec", "other", "sh", "-c", "id -u; id -g"]).output == "7\n8\n")
        // Whoever starts it again: it is the same user.
        try host.minirun(["stop", "-t", "0", "kept"])
        #expect(try host.minirun(["start", "kept"]).status == 0)
        #expect(try map(host, "kept").last == "Uid:\t1234\t1234\t1234\t1234")
        let root2 = try host.runContainer(quiet + ["--userns", "keep-id"], "true")
        #expect(root2.status == 125 && root2.errors.contains("keep-id keeps the ids of a user"), "\(root2)")
    }

    @Test("with maps they are these, and files of a volume need no change of owner")
    func maps() throws {
        let host = try FakeHost()
        try host.run(
            "mkdir -m 777 /run/data; for i in 0 5 12; do echo $i >/run/data/$i; chown $i:$i /run/data/$i; done")
        let maps = ["--uidmap", "0:200000:10", "--uidmap", "10:300000:10"]
        let script = """
            cd /data; stat -c '%u:%g' 0 5 12; echo more >>5; touch new; chown 12:5 new; sleep 1000
            """
        try host.detached(quiet + maps + ["--name", "mapped", "-v", "/run/data:/data"], ["sh", "-c", script])
        #expect(eventually { (try? host.run("stat -c %u:%g /run/data/new").line) == "12:5" })
        #expect(try map(host, "mapped").prefix(2) == ["0 200000 10", "10 300000 10"])
        #expect(try host.run("cat /run/data/5; stat -c %u:%g /run/data/5").output == "5\nmore\n5:5\n")
        for user in ["0", "5", "12"] {
            let write = "echo \(user) >/data/by-\(user) && cat /data/by-\(user); stat -c %u /etc/passwd"
            let outcome = try host.minirun(["exec", "-u", user, "mapped", "sh", "-c", write])
            #expect(outcome.output == "\(user)\n0\n", "\(outcome)")
            #expect(try host.run("stat -c %u /run/data/by-\(user)").line == user)
        }
        #expect(try host.minirun(["exec", "-u", "25", "mapped", "true"]).status != 0)
    }

    @Test(
        "is refused where it cannot be",
        arguments: [
            (["--uidmap", "1:1000:1"], "no range has id 0"),
            (["--uidmap", "0:1000:10", "--uidmap", "5:3000:10"], "another range has ids inside of it already"),
            (["--uidmap", "0:1000:10", "--uidmap", "10:1005:10"], "another range has ids outside of it already"),
            (["--uidmap", "0:@1000:1"], "not supported"),
            (["--uidmap", "0:x:1"], "want INSIDE:OUTSIDE:COUNT"), (["--uidmap", "0:0:4294967295"], ""),
            (["--gidmap", "0:1000:10", "--userns", "host"], "conflicting options: --userns=host and --gidmap"),
            (["--userns", "auto:size=0"], "invalid size"), (["--userns", "auto:foo=1"], "unknown option"),
            (["--userns", "auto:size=2147483647"], "ids that no other container has"),
            (["--userns", "nomap"], "not supported"), (["--userns", "odd"], "--userns: invalid USER mode"),
            (["--userns", "auto", "--net", "host"], "cannot share the host's network namespace"),
        ])
    func refusals(options: [String], message: String) throws {
        let host = try FakeHost()
        let outcome = try host.runContainer((options.contains("--net") ? [] : quiet) + options, "true")
        // Maps without a message are right, if odd.
        #expect(outcome.status == (message.isEmpty ? 0 : 125), "\(outcome)")
        #expect(outcome.errors.contains(message) || message.isEmpty, "\(outcome)")
    }
}
