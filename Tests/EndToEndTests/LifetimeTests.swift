import CShim
import Testing

@Suite("What a container held")
struct LifetimeTests {
    @Test("is gone when it ends, and the bridge stays")
    func end() throws {
        let host = try FakeHost()
        try host.runContainer(["--rm"], "true")
        let before = try host.quietState()
        #expect(before.links.contains { $0.contains("minirun0") })
        let web = try host.container(["--name", "web", "-p", "8080:80", "--rm"], script: "echo x > /file")
        let during = try host.state()
        #expect(during.links.count == before.links.count + 1)
        #expect(during.ruleset != before.ruleset)
        try host.run("kill -9 \"$(minirun inspect -f '{{.State.Pid}}' web)\"")
        #expect(try web.wait().status == 137)
        var after = try host.settledState(like: before)
        after.files = before.files
        #expect(after == before, "\(before.difference(to: after))")
    }

    @Test("is gone after SIGKILL of minirun at any moment")
    func killedAtRandomMoments() throws {
        let host = try FakeHost()
        let root = try Places.busybox.get()
        let options = ["--name", "victim", "-p", "8080:80", "--rm", root, "sleep", "1000"]
        // Warm up, and learn how long a start takes: the moments lie anywhere in it.
        try host.runContainer(["--rm", "-p", "8080:80"], "true")
        let began = now()
        try host.runContainer(["--rm", "-p", "8080:80"], "true")
        let start = now() - began
        let before = try host.quietState()
        for round in 0..<50 {
            let process = try host.start("exec minirun run \"$@\"", options)
            let moment = start * Double.random(in: 0...1.25)
            pause(moment)
            host.signal(process, SIGKILL)
            let end = try process.wait()
            #expect(end.status == 137, "round \(round), after \(moment) s: \(end)")
        }
        let swept = try host.runContainer(["--name", "victim", "-p", "8080:80", "--rm"], "echo alive")
        #expect(swept.line == "alive", "\(swept)")
        var after = try host.settledState(like: before)
        after.files = before.files
        #expect(after == before, "\(before.difference(to: after))")
        #expect(try host.minirun(["ps", "-q"]).output == "")
        #expect(try host.fetch(as: .neighbour, port: 8080, within: 2).status != 0)
    }

    @Test("does not clash when 50 start at once")
    func parallel() throws {
        let host = try FakeHost()
        let root = try Places.busybox.get()
        let crowd = try host.start(
            """
            mkdir /run/shared
            for i in $(seq 50); do
                minirun run --rm --name "c$i" -p "$((9000 + i)):80" -v /run/shared:/shared "$1" sh -c '
                    ip -o -4 addr show dev eth0 | grep -o "inet [0-9.]*"
                    cat /sys/class/net/eth0/address
                    while [ ! -e /shared/go ]; do sleep 0.2; done' &
                jobs="$jobs $!"
            done
            for job in $jobs; do wait "$job" || echo "status $?"; done
            """, [root])
        let running = try poll(within: 60, every: 0.2, until: { $0 == 50 }) {
            try host.minirun(["ps", "-q"]).output.split(separator: "\n").count
        }
        #expect(running == 50)
        #expect(try host.minirun(["port", "c7"]).output.contains("80/tcp -> 0.0.0.0:9007"))
        try host.run("touch /run/shared/go")
        let lines = try crowd.wait(within: 60).output.split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("status") } == [])
        #expect(Set(lines.filter { $0.hasPrefix("inet ") }).count == 50)
        #expect(Set(lines.filter { $0.hasPrefix("02:42:") }).count == 50)
        #expect(try host.minirun(["ps", "-q"]).output == "")
    }

    @Test("a step that fails takes back those before it", arguments: Obstacle.all)
    func failingStep(obstacle: Obstacle) throws {
        let host = try FakeHost()
        try host.runContainer(["--rm"], "true")
        try host.run(obstacle.build)
        let before = try host.quietState()
        let outcome = try host.minirun(
            ["run", "--rm", "--name", "unlucky"] + obstacle.ports + obstacle.options + [
                obstacle.root ?? Places.busybox.get()
            ] + obstacle.command)
        #expect(outcome.status == obstacle.status, "\(obstacle): \(outcome)")
        #expect(outcome.errors.contains(obstacle.text), "\(obstacle): \(outcome)")
        var after = try host.settledState(like: before)
        after.files = before.files
        #expect(after == before, "\(obstacle): \(before.difference(to: after))")
        // The twin: without the obstacle the same run works.
        try host.run(obstacle.clear)
        #expect(try host.runContainer(["--rm", "--name", "unlucky", "-p", "8080:80"], "echo alive").line == "alive")
    }
}

/// Something in the way of one step of a run.
struct Obstacle: Sendable, CustomStringConvertible {
    var description: String
    var build = ":"
    var clear = ":"
    var ports = ["-p", "8080:80"]
    var options: [String] = []
    var root: String?
    var command = ["true"]
    var status: Int32 = 125
    var text: String

    static let all: [Obstacle] = [
        Obstacle(description: "no such root file system", root: "/no/such/root", text: "/no/such/root"),
        Obstacle(
            description: "port held by another program",
            build: "socat TCP6-LISTEN:8080,ipv6only=0 SYSTEM:cat >/dev/null 2>&1 & echo $! > /run/other; sleep 0.3",
            clear: "kill $(cat /run/other); while kill -0 $(cat /run/other) 2>/dev/null; do sleep 0.05; done",
            text: "address already in use"),
        Obstacle(
            description: "address in use", options: ["--ip", "172.17.0.1"], text: "Address already in use"),
        Obstacle(
            description: "address of another network", options: ["--ip", "10.1.2.3"],
            text: "It does not belong to any of this network's subnets"),
        Obstacle(
            description: "no such volume source", options: ["--mount", "type=bind,source=/no/such/source,target=/x"],
            text: "/no/such/source"),
        Obstacle(
            description: "volume onto a file's child", options: ["-v", "/run:/etc/passwd/x"], text: "/etc/passwd/x"),
        Obstacle(
            description: "no such sysctl", options: ["--sysctl", "net.ipv4.no_such_thing=1"], text: "no_such_thing"),
        Obstacle(
            description: "no such command", command: ["/no/such/command"], status: 127, text: "/no/such/command"),
        Obstacle(
            description: "a command that is no program", command: ["/etc/passwd"], status: 126, text: "/etc/passwd"),
        Obstacle(description: "no such user", options: ["-u", "nobody-knows"], text: "nobody-knows"),
        Obstacle(
            description: "cidfile exists", build: "touch /run/cid", options: ["--cidfile", "/run/cid"], text: "/run/cid"
        ),
        Obstacle(
            description: "no such security profile", options: ["--security-opt", "seccomp=/no/such/profile"],
            text: "/no/such/profile"),
        Obstacle(
            description: "no such network namespace", ports: [], options: ["--net", "ns:/no/such/namespace"],
            text: "/no/such/namespace"),
    ]
}
