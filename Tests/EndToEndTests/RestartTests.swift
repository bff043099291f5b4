import CShim
import Testing

@Suite("A restart")
struct RestartTests {
    @Test("happens as often as the policy says, with the exit code of the last run")
    func policies() throws {
        let host = try FakeHost()
        let failing = ["sh", "-c", "exit 4"]
        try host.detached(["--name", "thrice", "--restart", "on-failure:2"], failing)
        try host.detached(["--name", "once", "--restart", "on-failure"], ["true"])
        try host.detached(["--name", "never"], failing)
        try host.detached(["--name", "always", "--restart", "always"], ["true"])
        #expect(try eventually { try host.status("thrice") == "exited 4" })
        #expect(try host.inspect("thrice", "{{.RestartCount}}") == "2")
        #expect(try host.status("once") == "exited 0")
        #expect(try host.status("never") == "exited 4")
        #expect(try eventually { try Int(host.inspect("always", "{{.RestartCount}}")) ?? 0 >= 3 })
        #expect(["restarting 0", "running 0"].contains(try host.status("always")))
        // Neither a run nor the wait between two runs is in the way of a stop.
        #expect(try host.minirun(["stop", "-t", "0", "always"], within: 3).status == 0)
        let count = try host.inspect("always", "{{.RestartCount}}")
        pause(0.6)
        #expect(try host.inspect("always", "{{.State.Status}} {{.RestartCount}}") == "exited \(count)")
    }

    @Test("takes the container's own words for it")
    func refusals() throws {
        let host = try FakeHost()
        for (options, text) in [
            (["--restart", "sometimes"], "invalid restart policy: unknown policy 'sometimes'"),
            (["--restart", "always:3"], "maximum retry count can only be used with 'on-failure'"),
            (["--restart", "on-failure:-1"], "maximum retry count cannot be negative"),
            (["--restart", "always", "--rm"], "cannot specify both --restart and --rm"),
        ] {
            let outcome = try host.minirun(["run", "-d"] + options + [Places.busybox.get(), "true"])
            #expect(outcome.status == 125 && outcome.errors.contains(text), "\(options): \(outcome)")
        }
    }

    @Test("by hand keeps the network: namespace, address, port, and who joined")
    func keepsTheNetwork() throws {
        let host = try FakeHost()
        try host.detachedServer(["--name", "web", "-p", "8080:80"])
        try host.detached(["--name", "joiner", "--net", "container:web"], ["sleep", "1000"])
        let namespace = try host.networkNamespace("web")
        let address = try host.inspect("web", "{{.NetworkSettings.IPAddress}}")
        let process = try host.inspect("web", "{{.State.Pid}}")
        #expect(try host.minirun(["restart", "-t", "0", "web"]).line == "web")
        #expect(try host.inspect("web", "{{.State.Pid}}") != process)
        #expect(try host.networkNamespace("web") == namespace)
        #expect(try host.inspect("web", "{{.NetworkSettings.IPAddress}}") == address)
        #expect(try eventually { try host.fetch(as: .neighbour, port: 8080).line.contains(FakeHost.neighbour) })
        #expect(try host.networkNamespace("joiner") == namespace)
    }

    @Test("finds the network again in those who joined it, when the container was stopped meanwhile")
    func findsTheNetwork() throws {
        let host = try FakeHost()
        try host.detachedServer(["--name", "web", "-p", "8080:80"])
        try host.detached(["--name", "joiner", "--net", "container:web"], ["sleep", "1000"])
        let namespace = try host.networkNamespace("web")
        try host.minirun(["stop", "-t", "0", "web"])
        #expect(try host.fetch(as: .neighbour, port: 8080, within: 2).status != 0)
        #expect(try host.minirun(["start", "web"]).status == 0)
        #expect(try host.networkNamespace("web") == namespace)
        #expect(try eventually { try host.fetch(as: .neighbour, port: 8080).line.contains(FakeHost.neighbour) })
        // Without anybody in it the network is gone, and a new one comes.
        try host.minirun(["rm", "-f", "joiner"])
        try host.minirun(["stop", "-t", "0", "web"])
        try host.minirun(["start", "web"])
        #expect(try eventually { try host.fetch(as: .neighbour, port: 8080).line.contains(FakeHost.neighbour) })
        #expect(try host.run("ls \"$MINIRUN_STATE/members\"").output == "")
    }

    @Test("of one that joined finds the other where it is now")
    func joinerFollows() throws {
        let host = try FakeHost()
        try host.detached(["--name", "web"], ["sleep", "1000"])
        try host.detached(["--name", "joiner", "--net", "container:web"], ["sleep", "1000"])
        try host.minirun(["restart", "-t", "0", "joiner"])
        #expect(try host.networkNamespace("joiner") == host.networkNamespace("web"))
        // Also when the other does not run at the moment: its network lives on in the supervisor.
        let namespace = try host.networkNamespace("web")
        try host.minirun(["stop", "-t", "0", "web"])
        #expect(try host.minirun(["restart", "-t", "0", "joiner"]).status == 0)
        #expect(try host.networkNamespace("joiner") == namespace)
        try host.minirun(["start", "web"])
        #expect(try host.networkNamespace("web") == namespace)
    }
}
