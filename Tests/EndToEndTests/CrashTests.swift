import CShim
import Testing

/// What DESIGN calls lifetimes: `kill -9` of whatever minirun runs leaves nothing that misleads, and the next command sweeps
/// up the rest.
@Suite("After a crash")
struct CrashTests {
    @Test("of a supervisor the container is gone at once, its port anybody's, its end written down")
    func supervisor() throws {
        let host = try FakeHost()
        try host.detachedServer(["--name", "web", "-p", "8080:80", "-p", "8081:53/udp"])
        #expect(try eventually { try host.fetch(as: .neighbour, port: 8080).line.contains(FakeHost.neighbour) })
        let process = try host.inspect("web", "{{.State.Pid}}")
        let address = try host.inspect("web", "{{.NetworkSettings.IPAddress}}")
        try host.run("kill -9 \(host.supervisor("web"))")
        #expect(try eventually { try host.run("test -e /proc/\(process)").status != 0 })
        // Refused, not lost: the difference between a second and a minute for whoever tries.
        let refused = try host.run(
            "ip netns exec ext socat -u /dev/null TCP4:\(FakeHost.address):8080,connect-timeout=2")
        #expect(refused.errors.contains("Connection refused"), "\(refused)")
        // A program of the host takes the port, and outside clients reach it, although the map still leads elsewhere.
        let other = try host.start("exec socat TCP4-LISTEN:8080,fork,reuseaddr SYSTEM:'echo other'")
        #expect(
            try eventually {
                try host.run("ip netns exec ext socat -u TCP4:\(FakeHost.address):8080,connect-timeout=2 -").line
                    == "other"
            })
        #expect(try host.minirun(["ps", "-q"]).output == "")
        #expect(try host.status("web") == "exited 137")
        #expect(try host.inspect("web", "{{.State.Error}}") == "the minirun that watched over it was killed")
        host.signal(other, SIGKILL)
        try other.wait()
        // Name and address are free, and a new start is as good as the first.
        #expect(try host.minirun(["rename", "web", "old"]).status == 0)
        try host.detachedServer(["--name", "web", "-p", "8080:80", "--ip", address])
        #expect(try eventually { try host.fetch(as: .neighbour, port: 8080).line.contains(FakeHost.neighbour) })
        try host.minirun(["rm", "-f", "web", "old"])
        #expect(try host.run("nft list map inet minirun any4 | grep -c elements").line == "0")
    }

    @Test("at any moment of run, run -d, stop and rm, with others at work, everything is as before")
    func randomMoments() throws {
        let host = try FakeHost()
        let root = try Places.busybox.get()
        try host.minirun(["run", "-d", "--name", "warm", "-p", "8080:80", root, "sleep", "1000"])
        try host.minirun(["rm", "-f", "warm"])
        let before = try host.quietState()
        // Others come and go all the while: they must neither be hurt nor hold on to what the killed ones leave.
        let load = try host.start(
            """
            while [ ! -e /run/enough ]; do
                minirun run -d --name load -p 9090:80 "$1" sleep 1000 >/dev/null && minirun rm -f load >/dev/null ||
                    { echo "load failed"; exit 1; }
            done
            """, [root])
        let acts = [
            "minirun run --rm --name victim -p 8080:80 \"$1\" sleep 0.02",
            "minirun run -d --name victim -p 8080:80 \"$1\" sleep 1000",
            "minirun run -d --name victim -p 8080:80 \"$1\" sleep 1000 && minirun stop -t 0 victim",
            "minirun run -d --name victim -p 8080:80 \"$1\" sleep 1000 && minirun rm -f victim",
        ]
        for round in 0..<200 {
            let process = try host.start("\(acts[round % acts.count]) >/dev/null 2>&1; true", [root])
            pause(Double.random(in: 0...0.12))
            // Everything of minirun that has to do with the victim: the command, and the supervisor, a copy of it.
            // Again, until there is none: one may have been forking while the others were looked for.
            try host.run("while pkill -9 -f 'minirun [a-z]+ .*victim'; do sleep 0.01; done")
            try process.wait()
            if round % 10 == 9 {
                // Before the next round, whoever has the name is removed by the ordinary means.
                let cleared = try host.run("minirun rm -f victim >/dev/null 2>&1; minirun ps -aq --filter name=victim")
                #expect(cleared.output == "", "round \(round): \(cleared)")
            } else {
                try host.run("minirun rm -f victim >/dev/null 2>&1; true")
            }
        }
        try host.run("touch /run/enough")
        let end = try load.wait(within: 30)
        #expect(end.output == "", "\(end)")
        try host.run("rm -f /run/enough; minirun ps -a >/dev/null")
        #expect(try host.minirun(["ps", "-aq"]).output == "")
        let after = try host.settledState(like: before)
        #expect(after == before, "\(before.difference(to: after))")
    }

    @Test("and after another firewall's flush, ports answer again without a command")
    func flushedRuleset() throws {
        let host = try FakeHost()
        for number in 1...5 { try host.detachedServer(["--name", "web\(number)", "-p", "808\(number):80"]) }
        #expect(try eventually { try host.fetch(as: .neighbour, port: 8085).line.contains(FakeHost.neighbour) })
        let before = try host.run("nft list ruleset").output
        for _ in 0..<3 {
            try host.run("nft flush ruleset")
            #expect(
                try eventually {
                    try (1...5).allSatisfy {
                        try host.fetch(as: .neighbour, port: 8080 + $0).line.contains(FakeHost.neighbour)
                    }
                })
        }
        let after = try host.run("nft list ruleset").output
        #expect(sorted(after) == sorted(before))
    }

    /// The elements of a map stand in no order.
    private func sorted(_ ruleset: String) -> [Character] { ruleset.filter { !$0.isWhitespace && $0 != "," }.sorted() }

    @Test("a hundred at once are all up with ports, addresses and MACs of their own, and all gone afterwards")
    func hundred() throws {
        let host = try FakeHost()
        let root = try Places.busybox.get()
        try host.runContainer(["--rm", "-p", "80"], "true")
        let before = try host.quietState()
        let crowd = try host.run(
            """
            for i in $(seq 100); do minirun run -d --name "c$i" -p 80 "$1" sleep 1000 >/dev/null & jobs="$jobs $!"; done
            for job in $jobs; do wait "$job" || echo "status $?"; done
            minirun ps -q | wc -l
            minirun inspect -f '{{.NetworkSettings.IPAddress}}' $(minirun ps -q) | sort -u | wc -l
            minirun inspect -f '{{.NetworkSettings.MacAddress}}' $(minirun ps -q) | sort -u | wc -l
            minirun inspect -f '{{(index (index .NetworkSettings.Ports "80/tcp") 0).HostPort}}' $(minirun ps -q) |
                sort -u | wc -l
            """, [root], within: 60)
        #expect(crowd.output == "100\n100\n100\n100\n", "\(crowd)")
        let gone = try host.run("minirun rm -f $(minirun ps -aq) | wc -l", within: 60)
        #expect(gone.line == "100", "\(gone)")
        let after = try host.settledState(like: before)
        #expect(after == before, "\(before.difference(to: after))")
    }
}
