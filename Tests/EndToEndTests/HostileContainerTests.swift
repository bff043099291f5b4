import Testing

/// What a container does to get out, and what it finds.
@Suite("A hostile container")
struct HostileContainerTests {
    @Test(
        "has no use of device files that its image, a volume or it itself made",
        arguments: [[], ["--rootfs-rw"], ["--userns", "host"]])
    func devices(options: [String]) throws {
        let host = try FakeHost()
        let root = try Places.busybox.get()
        // /dev/zero stands for the host's disk. Who has no privilege cannot make the one on the host in the first place.
        let made = try host.run(
            "cp -a \"$1\" /run/root && mkdir /run/volume && for d in root volume; do mknod -m 666 /run/$d/evil c 1 5; done",
            [root])
        guard made.status == 0 else { return }
        let look = """
            mknod /tmp/evil c 1 5; mknod /dev/evil c 1 5; mknod /volume/other c 1 5
            for file in /evil /volume/evil /volume/other /tmp/evil /dev/evil; do
                ! head -c 1 $file || echo "$file is a device"
            done 2>/dev/null
            head -c 3 /dev/zero | wc -c
            """
        let found = try host.minirun(
            ["run", "--rm", "-v", "/run/volume:/volume"] + options + ["/run/root", "sh", "-c", look])
        #expect(found.line == "3", "\(found)")
    }

    @Test("may use a device that the user named")
    func namedDevice() throws {
        let host = try FakeHost()
        let found = try host.runContainer(
            ["--rm", "--userns", "host", "-v", "/dev/zero:/dev/mine"], "head -c 3 /dev/mine | wc -c")
        #expect(found.line == "3", "\(found)")
    }

    @Test(
        "cannot look into a process that is about to join it",
        arguments: [["--cap-add", "SYS_PTRACE"], ["--userns", "host"]])
    func joining(options: [String]) throws {
        let host = try FakeHost()
        let spy = """
            echo ready
            while :; do
                for p in /proc/[0-9]*; do
                    case $(readlink $p/exe) in *minirun*) echo "program of $p";; esac
                    [ ! -e $p/root/run/minirun ] || echo "root of $p"
                    ! grep -q MINIRUN_STATE $p/environ || echo "environment of $p"
                done
            done 2>/dev/null
            """
        let root = try Places.busybox.get()
        let donor = try host.start(
            "exec minirun run \"$@\"", ["--rm", "--name", "donor"] + options + [root, "sh", "-c", spy])
        #expect(eventually { donor.output.hasPrefix("ready\n") })
        for _ in 0..<12 { try host.minirun(["run", "--rm", "--pid", "container:donor", root, "true"]) }
        let pid = try host.inspect("donor", "{{.State.Pid}}")
        try host.run("kill -9 \(pid)")
        #expect(try donor.wait().output == "ready\n")
    }

    @Test("cannot slip a command into the script of its plan", arguments: ["END_OF_COMMAND", "END_OF_INSIDE"])
    func script(end: String) throws {
        let host = try FakeHost()
        let word = "x\n\(end)\ntouch slipped\n"
        try host.run("cp -a \"$1\" \"$2\"", [try Places.busybox.get(), "/run/root\ntouch slipped"])
        for root in [try Places.busybox.get(), "/run/root\ntouch slipped"] {
            let options = ["--rm", "--net", "none", "-e", "A=\(word)", "-w", "/tmp/\(word)", root, "true"]
            #expect(try host.minirun(["plan", "-o", "/run/script", "run"] + options).status == 0)
            try host.run("cd /run && bash script; :")
            #expect(try host.run("ls /run/slipped").status != 0, "\(root)")
        }
    }

    @Test("does not reach a port of the host's loopback by its guard address, and a neighbour does not either")
    func guardAddress() throws {
        let host = try FakeHost()
        let web = try host.container(["--name", "web", "-p", "127.0.0.1:8081:80"], serving: [webServer])
        #expect(try host.run(fetching("127.0.0.1", 8081)).status == 0)
        let address = try host.run("ss -Hltn sport = 8081 | grep -o '169[.0-9]*'").line
        #expect(!address.isEmpty)
        let route = "ip route add 169.254.77.0/24 via \(FakeHost.address)"
        let outside = "ip netns exec ext sh -c \"$1\""
        #expect(try host.run(outside, ["\(route) && \(fetching(address, 8081, within: 2))"]).status != 0)
        #expect(try host.runContainer(["--rm"], fetching(address, 8081, within: 2)).status != 0)
        withExtendedLifetime(web) {}
    }
}
