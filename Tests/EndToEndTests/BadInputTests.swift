import Testing

/// A wrong command line and the sentence that it deserves.
struct BadInput: Sendable, CustomStringConvertible {
    var options: [String]
    var text: String
    var description: String { options.joined(separator: " ") }

    init(_ options: [String], _ text: String) {
        (self.options, self.text) = (options, text)
    }

    static let ports: [BadInput] = [
        BadInput(["-p", ""], "no port specified"),
        BadInput(["-p", ":"], "no port specified"),
        BadInput(["-p", "8080:"], "no port specified: 8080:<empty>"),
        BadInput(["-p", "abc"], "invalid containerPort: abc"),
        BadInput(["-p", "70000"], "invalid containerPort: 70000"),
        BadInput(["-p", "abc:80"], "invalid hostPort: abc"),
        BadInput(["-p", "99999:80"], "invalid hostPort: 99999"),
        BadInput(["-p", "20-10:80"], "invalid hostPort: 20-10"),
        BadInput(["-p", "80/foo"], "invalid proto: foo"),
        BadInput(["-p", "host:1:2"], "invalid IP address: host"),
        BadInput(["-p", "1.2.3:1:2"], "invalid IP address: 1.2.3"),
        BadInput(["-p", "[::1:80:80"], "invalid IP address"),
        BadInput(
            ["-p", "7000-7003:7000-7001"],
            "invalid ranges specified for container and host Ports: 7000-7001 and 7000-7003"),
        BadInput(["-p", "target=80,x"], "invalid publish opts format (should be name=value but got 'x')"),
        BadInput(["--expose", "x"], "invalid range format for --expose: invalid start port 'x'"),
        BadInput(["--expose-from", "/no/such/Dockerfile"], "/no/such/Dockerfile"),
    ]

    static let networks: [BadInput] = [
        BadInput(["--net", "container:"], "invalid network mode: invalid container format container:<name|id>"),
        BadInput(["--net", "container:nobody"], "No such container: nobody"),
        BadInput(["--net", "nowhere"], "network nowhere not found"),
        BadInput(["--net", "container:web", "-h", "x"], "conflicting options: hostname and the network mode"),
        BadInput(["--net", "container:web", "--dns", "9.9.9.9"], "conflicting options: dns and the network mode"),
        BadInput(
            ["--net", "container:web", "--add-host", "a:1.2.3.4"],
            "conflicting options: custom host-to-IP mapping and the network mode"),
        BadInput(
            ["--net", "container:web", "-p", "80"],
            "conflicting options: port publishing and the container type network mode"),
        BadInput(
            ["--net", "container:web", "-P"],
            "conflicting options: port publishing and the container type network mode"),
        BadInput(
            ["--net", "container:web", "--expose", "80"],
            "conflicting options: port exposing and the container type network mode"),
        BadInput(["--net", "host", "--uts", "host", "-h", "x"], "conflicting options: hostname and the UTS mode"),
        BadInput(["--ip", "172.17.0.1"], "Address already in use"),
        BadInput(["--ip", "10.0.0.1"], "It does not belong to any of this network's subnets"),
        BadInput(["--ip", "x"], "x"),
        BadInput(["--mac-address", "zz"], "zz"),
        BadInput(["--dns", "nine"], "nine"),
        BadInput(["--add-host", "x"], "bad format for add-host: \"x\""),
        BadInput(["--add-host", "x:y"], "invalid IP address in add-host: \"y\""),
        BadInput(["--mtu", "abc"], "abc"),
    ]

    static let others: [BadInput] = [
        BadInput(["--name", "a/b"], "Invalid container name (a/b)"),
        BadInput(["--name", "web"], "The container name \"/web\" is already in use by container"),
        BadInput(["--cap-add", "FOO"], "invalid CapAdd: unknown capability: \"CAP_FOO\""),
        BadInput(["--ulimit", "nofile"], "nofile"),
        BadInput(["--ulimit", "nosuch=1"], "nosuch"),
        BadInput(["--sysctl", "kernel.panic=1"], "kernel.panic"),
        BadInput(["--security-opt", "seccomp=/no/such"], "/no/such"),
        BadInput(["--security-opt", "nonsense=1"], "nonsense"),
        BadInput(["-v", "relative/path:/x:nonsense"], "nonsense"),
        BadInput(["-v", "/run:relative"], "relative"),
        BadInput(["-v", "/etc/passwd:/etc"], "trying to mount a directory onto a file (or vice-versa)?"),
        BadInput(
            ["-u", "100000"],
            "there is no user 100000 in this container, which has 65536 user ids (0 to 65535): name one"),
        BadInput(["-u", "5:100000"], "there is no group 100000 in this container"),
        BadInput(["--group-add", "70000"], "there is no group 70000 in this container"),
        BadInput(
            ["--userns", "auto:size=9"], "there is no group 10 in this container, which has 9 group ids (0 to 8)"),
        BadInput(["--uidmap", "0:200000"], "want INSIDE:OUTSIDE:COUNT"),
        BadInput(["--mount", "type=nonsense,target=/x"], "nonsense"),
        BadInput(["--mount", "source=/run"], "field Target must not be empty"),
        BadInput(["--tmpfs", "relative"], "relative"),
        BadInput(["--env-file", "/no/such/env"], "/no/such/env"),
        BadInput(["-e", "=x"], "=x"),
        BadInput(["-w", "relative"], "relative"),
        BadInput(["-u", "no-such-user"], "unable to find user no-such-user: no matching entries in passwd file"),
        BadInput(["--stop-signal", "SIGNONSENSE"], "SIGNONSENSE"),
        BadInput(["--pid", "nonsense"], "--pid: invalid PID mode"),
        BadInput(["--ipc", "nonsense"], "nonsense"),
        BadInput(["--uts", "nonsense"], "--uts: invalid UTS mode"),
        BadInput(["--userns", "nonsense"], "--userns: invalid USER mode"),
        BadInput(["--label", "=x"], "=x"),
        BadInput(["--no-such-option"], "--no-such-option"),
    ]
}

@Suite("Bad input")
struct BadInputTests {
    @Test(
        "is refused by Docker's text and exit code, and leaves nothing",
        arguments: [("ports", BadInput.ports), ("networks", BadInput.networks), ("others", BadInput.others)])
    func catalogue(topic: String, inputs: [BadInput]) throws {
        let host = try FakeHost()
        let web = try host.container(["--name", "web"])
        let before = try host.quietState()
        for input in inputs {
            let outcome = try host.runContainer(["--rm"] + input.options, "echo ran")
            #expect(outcome.status == 125, "\(input): \(outcome)")
            #expect(outcome.errors.contains(input.text), "\(input): \(outcome)")
            #expect(outcome.output == "", "\(input): \(outcome)")
        }
        let after = try host.settledState(like: before)
        #expect(after == before, "\(before.difference(to: after))")
        // The twin: the same host runs a good command line.
        #expect(try host.runContainer(["--rm", "-p", "8080:80"], "echo ran").line == "ran")
        withExtendedLifetime(web) {}
    }

    @Test("that is no command is refused with the one that may be meant, or with what does the same")
    func commands() throws {
        let host = try FakeHost()
        for (words, sentence) in [
            (["imgaes"], "unknown command: minirun imgaes; did you mean minirun images?"),
            (["image", "lss"], "unknown command: minirun image lss; did you mean minirun image ls?"),
            (["network", "frob"], "unknown command: minirun network frob\nSee 'minirun network --help'"),
            (["cp", "a", "b"], "minirun has no cp: use "),
            (["image", "push", "x"], "minirun has no push: use skopeo copy"),
        ] {
            let outcome = try host.minirun(words)
            #expect(outcome.status == 125 && outcome.errors.contains(sentence), "\(outcome)")
        }
        for words in [["-h"], ["ps", "-h"], ["image", "ls", "-h"], ["network", "create", "-h"], ["exec", "-h"]] {
            let outcome = try host.minirun(words)
            #expect(outcome.status == 0 && outcome.output.lowercased().contains("usage: "), "\(words): \(outcome)")
        }
        #expect(try host.minirun(["-v"]).output == host.minirun(["--version"]).output)
        #expect(try host.minirun(["run", "-h"]).errors.contains("flag needs an argument"), "it is the host name's")
    }

    @Test("about mounts that no user namespace can have says what to do")
    func mounts() throws {
        let host = try FakeHost()
        let whole = try host.runContainer(["--rm", "-v", "/:/host:ro"], "true")
        #expect(
            whole.status == 125
                && whole.errors.contains("--mount type=bind,src=/,dst=/host,readonly,bind-recursive=disabled"))
        #expect(
            try host.runContainer(
                ["--rm", "--mount", "type=bind,src=/,dst=/host,readonly,bind-recursive=disabled"], "ls /host"
            )
            .output.contains("etc\n"))
        for path in ["/proc", "/sys", "/dev"] {
            let part = try host.runContainer(["--rm", "-v", "\(path):/host:ro"], "true")
            #expect(part.status == 125 && part.errors.contains("use --userns host"), "\(part)")
        }
    }

    @Test("of the commands that look is refused too")
    func lookers() throws {
        let host = try FakeHost()
        let port = try host.minirun(["port", "nobody"])
        #expect(port.status == 1 && port.errors.contains("No such container: nobody"), "\(port)")
        let inspect = try host.minirun(["inspect", "nobody"])
        #expect(inspect.status == 1 && inspect.errors.contains("No such object: nobody"), "\(inspect)")
        let web = try host.container(["--name", "web"])
        let template = try host.minirun(["inspect", "-f", "{{.State.Pid", "web"])
        #expect(template.status != 0 && template.errors.contains("template"), "\(template)")
        #expect(try host.minirun(["inspect", "-f", "{{.State.Running}}", "web"]).line == "true")
        withExtendedLifetime(web) {}
    }
}
