import CShim
import Testing

@Suite("An explanation")
struct ExplainTests {
    @Test("goes to stderr, in the voice asked for, and changes nothing of the run")
    func voices() throws {
        let host = try FakeHost()
        let root = try Places.busybox.get()
        func explained(_ flag: String) throws -> Outcome {
            let outcome = try host.minirun([flag, "run", "--rm", "-p", "8080:80", root, "echo", "ran"])
            #expect(outcome.status == 0 && outcome.output == "ran\n", "\(outcome)")
            return outcome
        }
        let shell = try explained("--explain=sh").errors
        for word in ["unshare", "mount", "ip link add", "ip address add", "ip route add", "add element inet minirun"] {
            #expect(shell.contains(word), "\(word) in \(shell)")
        }
        #expect(!shell.contains("clone3("))
        let calls = try explained("--explain=syscall").errors
        for word in [
            "clone3", "CLONE_NEWUSER", "CLONE_NEWNET", "pivot_root", "RTM_NEWLINK", "NFT_MSG_NEWSETELEM", "execve",
        ] {
            #expect(calls.contains(word), "\(word) in \(calls)")
        }
        let why = try explained("--explain=why").errors
        #expect(why.contains(" ") && !why.contains("CLONE_NEWNET"))
        let all = try explained("--explain").errors
        #expect(all.contains("CLONE_NEWNET") && all.contains("ip link add"))
        #expect(!all.contains("\u{1b}["), "no colour where no terminal is")
        #expect(try host.minirun(["run", "--rm", root, "true"]).errors == "")
        let wrong = try host.minirun(["--explain=loud", "run", "--rm", root, "true"])
        #expect(wrong.status == 125 && wrong.errors.contains("loud"), "\(wrong)")
    }

    @Test("of a plan changes nothing")
    func plan() throws {
        let host = try FakeHost()
        let root = try Places.busybox.get()
        let before = try host.state()
        let plan = try host.minirun(["plan", "run", "--rm", "-p", "8080:80", "-v", "/run:/data", root, "true"])
        #expect(plan.status == 0 && plan.output.contains("minirun0") && plan.output.contains("8080"), "\(plan)")
        #expect(plan.errors == "")
        let after = try host.state()
        #expect(after == before, "\(before.difference(to: after))")
        let bad = try host.minirun(["plan", "run", "-p", "abc", root, "true"])
        #expect(bad.status == 125 && bad.errors.contains("invalid containerPort: abc"), "\(bad)")
    }

    @Test(
        "is the truth: the script of a plan makes what the run makes",
        arguments: [[], ["-p", "8080:80", "-p", "53:53/udp"]])
    func script(options: [String]) throws {
        let root = try Places.busybox.get()
        let (byProgram, byHand) = (try FakeHost(), try FakeHost())
        let waits = "echo ready; exec sleep 1000"
        let run = ["--name", "web"] + options + [root, "sh", "-c", waits]
        let written = try byHand.minirun(["plan", "-o", "/run/plan.sh", "run"] + run)
        #expect(written.status == 0, "\(written)")
        let script = try byHand.start("exec bash -eu /run/plan.sh")
        #expect(eventually { script.output.hasSuffix("ready\n") || !script.isRunning })
        #expect(script.isRunning, "\(script.output)\(script.errors)")
        let program = try byProgram.start("exec minirun run \"$@\"", run)
        #expect(eventually { program.output == "ready\n" || !program.isRunning })
        let (made, written2) = (try byProgram.state(), try byHand.state())
        #expect(made.links.contains { $0.contains("minirun0") })
        for (name, one, other) in [
            ("links", made.links, written2.links), ("addresses", made.addresses, written2.addresses),
            ("routes", made.routes, written2.routes), ("ruleset", made.ruleset, written2.ruleset),
        ] {
            #expect(one.map(neutral).sorted() == other.map(neutral).sorted(), "\(name)")
        }
        let (its, hers) = (try inside(byProgram), try inside(byHand))
        #expect(its != "" && its == hers)
    }

    @Test(
        "leaves a script that ends quietly and can be run again",
        arguments: [[], ["--pid", "host", "--userns", "host"]])
    func again(options: [String]) throws {
        let host = try FakeHost()
        let root = try Places.busybox.get()
        let written = try host.minirun(
            ["plan", "-o", "/run/plan.sh", "run", "--rm"] + options + [root, "sh", "-c", "exit 3"])
        #expect(written.status == 0, "\(written)")
        for _ in 1...2 {
            let outcome = try host.run("bash /run/plan.sh")
            #expect(outcome.status == 3 && outcome.output == "" && outcome.errors == "", "\(outcome)")
        }
    }

    /// A line without what differs from run to run: the host's end of the veth, indexes, link-layer addresses.
    private func neutral(_ line: String) -> String {
        line.replacing(/mr[0-9a-f]{8}/, with: "mrX").replacing(/@if\d+/, with: "@ifN")
            .replacing(/link-netnsid \d+|link-netns \S+/, with: "").replacing(/valid_lft.*|expires \S+/, with: "")
    }

    /// The network as the container has it: its links, addresses, routes.
    private func inside(_ host: FakeHost) throws -> String {
        let look = "ip -o addr | cut -d' ' -f2- | cut -d'\\' -f1; ip route show table all; ip -6 route show table all"
        let outcome = try host.run("nsenter -t \"$(pgrep -xn sleep)\" -n sh -c \"$1\"", [look])
        return outcome.output.split(separator: "\n").filter { !$0.contains("fe80") && !$0.contains("ff00") }
            .map { neutral(String($0)) }.sorted().joined(separator: "\n")
    }
}
