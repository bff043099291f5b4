import Testing

/// `-v /a:/b:MODE` and `bind-propagation`, judged by whether a mount made on one side is seen on the other.
@Suite("A bind's propagation")
struct PropagationTests {
    private func host() throws -> FakeHost {
        let host = try FakeHost()
        try host.run(
            "mkdir /run/p && mount -t tmpfs p /run/p && mount --make-shared /run/p && mkdir /run/p/host /run/p/own")
        return host
    }

    /// Whether what is mounted on one side later is there on the other: host to container, container to host.
    private func reach(_ host: FakeHost, _ options: [String]) throws -> (inside: Bool, outside: Bool) {
        try host.detached(
            ["--name", "cc", "--cap-add", "SYS_ADMIN", "--security-opt", "seccomp=unconfined"] + options,
            ["sleep", "1000"])
        #expect(try host.run("mount -t tmpfs h /run/p/host && touch /run/p/host/mark").status == 0)
        let inside = try host.minirun(["exec", "cc", "test", "-e", "/p/host/mark"]).status == 0
        let mounted = try host.minirun([
            "exec", "--privileged", "cc", "sh", "-c", "mount -t tmpfs o /p/own && touch /p/own/mark",
        ])
        #expect(mounted.status == 0, "\(mounted)")
        let outside = try host.run("test -e /run/p/own/mark").status == 0
        try host.run("minirun rm -f cc; umount /run/p/host; umount /run/p/own")
        return (inside, outside)
    }

    @Test(
        "lets mounts through as its mode says",
        arguments: [
            ("private", false, false), ("rprivate", false, false), ("slave", true, false), ("rslave", true, false),
            ("shared", true, true), ("rshared", true, true),
        ])
    func modes(mode: String, inside: Bool, outside: Bool) throws {
        let host = try host()
        for options in [
            ["-v", "/run/p:/p:\(mode)"],
            ["--userns", "host", "--mount", "type=bind,src=/run/p,dst=/p,bind-propagation=\(mode)"],
        ] {
            let seen = try reach(host, options)
            #expect(seen.inside == inside && seen.outside == outside, "\(options): \(seen)")
        }
    }

    @Test("is refused where the host's mount passes nothing on")
    func refused() throws {
        let host = try host()
        try host.run("mkdir /run/q && mount -t tmpfs q /run/q && mount --make-private /run/q")
        for (mode, word) in [("shared", "shared"), ("rslave", "shared or slave")] {
            let outcome = try host.runContainer(["--rm", "-v", "/run/q:/p:\(mode)"], "true")
            #expect(outcome.status == 125)
            #expect(
                outcome.errors.contains("path /run/q is mounted on /run/q but it is not a \(word) mount"), "\(outcome)")
        }
    }

    @Test("is that of the mount which the path leads to, not of one that another covers")
    func covered() throws {
        let host = try host()
        try host.run(
            """
            mount -t tmpfs in /run/p/host && mount --make-shared /run/p/host && mount -t tmpfs 'a b' /run/p &&
            mount --make-private /run/p && mkdir /run/p/host
            """)
        let outcome = try host.runContainer(["--rm", "-v", "/run/p/host:/p:shared"], "true")
        #expect(
            outcome.errors.contains("path /run/p/host is mounted on /run/p but it is not a shared mount"), "\(outcome)")
    }
}
