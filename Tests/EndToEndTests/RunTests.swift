import CShim
import Testing

@Suite("A run")
struct RunTests {
    @Test("puts the command into six namespaces of its own")
    func namespaces() throws {
        let host = try FakeHost()
        let kinds = ["user", "mnt", "uts", "ipc", "pid", "net"]
        let list = "for k in \(kinds.joined(separator: " ")); do readlink /proc/self/ns/$k; done"
        let outside = try host.run(list).output.split(separator: "\n")
        let inside = try host.runContainer([], list).output.split(separator: "\n")
        #expect(outside.count == kinds.count && inside.count == kinds.count, "\(inside)")
        for (mine, its) in zip(outside, inside) { #expect(mine != its) }
        #expect(try host.runContainer([], "echo $$; id -u; id -g").output == "1\n0\n0\n")
    }

    @Test("is not root outside")
    func identity() throws {
        let host = try FakeHost()
        let web = try host.container(["--name", "web"])
        let pid = try host.inspect("web", "{{.State.Pid}}")
        let uid = try host.run("awk '/^Uid:/ { print $2 }' /proc/\(pid)/status").line
        #expect(uid != "0" && Int(uid) != nil, "\(uid)")
        let plain = try host.container(["--name", "plain", "--userns", "host"])
        let itsPid = try host.inspect("plain", "{{.State.Pid}}")
        #expect(try host.run("awk '/^Uid:/ { print $2 }' /proc/\(itsPid)/status").line == "0")
        withExtendedLifetime((web, plain)) {}
    }

    @Test("makes namespaces as asked", arguments: ["uts", "ipc", "pid"])
    func hostNamespace(kind: String) throws {
        let host = try FakeHost()
        let outside = try host.run("readlink /proc/self/ns/\(kind)").line
        let look = "readlink /proc/self/ns/\(kind)"
        #expect(try host.runContainer(["--\(kind)", "host"], look).line == outside)
        #expect(try host.runContainer([], look).line != outside)
    }

    @Test("never changes the given directory, unless asked to")
    func rootIsKept() throws {
        let host = try FakeHost()
        let root = try Places.busybox.get()
        let copy = "/run/root"
        try host.run("mkdir \(copy) && cp -a \"$1\"/. \(copy)", [root])
        let owner = try host.run("stat -c %u \(copy)/etc/passwd").line
        let script = "echo mine > /new; rm /etc/passwd; stat -c %u /etc /new; exit 3"
        #expect(try host.minirun(["run", "--rm", copy, "sh", "-c", script]).output == "0\n0\n")
        #expect(try host.run("ls \(copy)/etc/passwd && ls \(copy)/new").status != 0)
        #expect(try host.run("stat -c %u \(copy)/etc/passwd").line == owner)
        #expect(try host.minirun(["run", "--rm", "--rootfs-rw", copy, "sh", "-c", "echo mine > /new"]).status == 0)
        #expect(try host.run("cat \(copy)/new; stat -c %u \(copy)/new").output == "mine\n0\n")
    }

    @Test(
        "ends with the workload's code",
        arguments: [
            ("exit 0", 0), ("exit 1", 1), ("exit 42", 42), ("exit 255", 255), ("kill -9 $$; kill -9 $PPID", 137),
        ])
    func exitCode(script: String, code: Int32) throws {
        // The last one needs somebody who is not pid 1 to die: pid 1 cannot kill itself.
        let host = try FakeHost()
        let options = code == 137 ? ["--init"] : []
        #expect(try host.runContainer(options, script).status == code)
    }

    @Test("distinguishes a command that is not there from one that is none")
    func commandCodes() throws {
        let host = try FakeHost()
        let root = try Places.busybox.get()
        for (command, code) in [("no-such-command", 127), ("/no/such", 127), ("/etc", 126), ("/etc/passwd", 126)] {
            let outcome = try host.minirun(["run", "--rm", root, command])
            #expect(outcome.status == Int32(code), "\(command): \(outcome)")
            #expect(outcome.errors.contains(command))
        }
        #expect(try host.minirun(["run", "--rm", root, "true"]).status == 0)
        #expect(try host.minirun(["run", "--no-such-option", root, "true"]).status == 125)
    }

    @Test("passes signals on", arguments: [(SIGTERM, "TERM"), (SIGINT, "INT"), (SIGHUP, "HUP"), (SIGUSR1, "USR1")])
    func signals(number: CInt, name: String) throws {
        let host = try FakeHost()
        let root = try Places.busybox.get()
        let script = "trap 'echo got \(name); exit 9' \(name); echo ready; while :; do sleep 0.05; done"
        let process = try host.start("exec minirun run --rm \"$1\" sh -c \"$2\"", [root, script])
        #expect(eventually { process.output == "ready\n" })
        host.signal(process, number)
        let outcome = try process.wait()
        #expect(outcome.status == 9 && outcome.output == "ready\ngot \(name)\n", "\(outcome)")
    }

    @Test("dies by the signal that its workload dies by, with --init")
    func deathBySignal() throws {
        let host = try FakeHost()
        let root = try Places.busybox.get()
        let process = try host.start("exec minirun run --rm --init \"$1\" sh -c 'echo ready; exec sleep 100'", [root])
        #expect(eventually { process.output == "ready\n" })
        host.signal(process, SIGTERM)
        #expect(try process.wait().status == 143)
    }

    @Test("reaps orphans with --init")
    func reaping() throws {
        let host = try FakeHost()
        let script =
            "for i in 1 2 3; do (sleep 0.1 &) ; done; sleep 0.5; grep -l 'State:.Z' /proc/[0-9]*/status | wc -l"
        #expect(try host.runContainer(["--init"], script).line == "0")
        #expect(try host.runContainer(["--init"], "tr '\\0' ' ' < /proc/1/cmdline; echo $$").line != "1")
        #expect(try host.runContainer([], "(sleep 0.1 &); exec sleep 0.3").status == 0)
    }

    @Test("leaves the three streams alone")
    func streams() throws {
        let host = try FakeHost()
        let root = try Places.busybox.get()
        let script = "cat; echo -n 'no newline'; echo aside >&2"
        let process = try host.start("exec minirun run --rm -i \"$1\" sh -c \"$2\"", [root, script], input: .pipe)
        process.write("one\0two\n")
        process.closeInput()
        #expect(try process.wait() == Outcome(status: 0, output: "one\0two\nno newline", errors: "aside\n"))
        let binary = try host.run(
            "head -c 3000000 /dev/urandom > /run/noise; minirun run --rm -i \"$1\" cat < /run/noise | cmp - /run/noise",
            [root])
        #expect(binary.status == 0, "\(binary)")
        let reopened = try host.run(
            "minirun run --rm \"$1\" sh -c 'echo a > /dev/stdout; echo b > /dev/stderr' 2>&1 | cat", [root])
        #expect(reopened.output == "a\nb\n")
        let asUser = try host.run("minirun run --rm -u 1000 \"$1\" sh -c 'echo a > /dev/stdout' 2>&1 | cat", [root])
        #expect(asUser.output == "a\n")
        // Without -i there is nothing to read.
        let shut = try host.start("exec minirun run --rm \"$1\" cat", [root], input: .pipe)
        shut.write("unseen\n")
        #expect(try shut.wait().output == "")
    }

    @Test("leaks no descriptor of minirun or of its caller")
    func descriptors() throws {
        let host = try FakeHost()
        let root = try Places.busybox.get()
        let list = try host.run("exec 7</etc/hostname; minirun run --rm -p 8080:80 \"$1\" ls /proc/self/fd", [root])
        // 3 is the directory that ls itself reads.
        #expect(list.output == "0\n1\n2\n3\n", "\(list)")
    }

    @Test("sets the environment")
    func environment() throws {
        let host = try FakeHost()
        try host.run("printf 'A=file\\n# no\\nB=two words\\nFROM_HOST\\n' > /run/env")
        let outcome = try host.run(
            """
            FROM_HOST=here minirun run --rm --env-file /run/env -e A=option -e C= -e ABSENT -e FROM_HOST "$1" \
                sh -c 'echo "$A|$B|${C-unset}|${ABSENT-unset}|$FROM_HOST|$HOME|$PATH|$HOSTNAME"'
            """, [Places.busybox.get()])
        let fields = outcome.line.split(separator: "|", omittingEmptySubsequences: false)
        #expect(fields.prefix(6) == ["option", "two words", "", "unset", "here", "/root"], "\(outcome)")
        #expect(fields.count == 8 && fields[6].contains("/usr/bin") && fields[7].count == 12, "\(outcome)")
    }

    @Test("takes user, working directory, names and entry point")
    func identityOptions() throws {
        let host = try FakeHost()
        let root = try Places.busybox.get()
        #expect(try host.runContainer(["-u", "1000:1001"], "id -u; id -g").output == "1000\n1001\n")
        #expect(try host.runContainer(["-w", "/made/for/me"], "pwd").line == "/made/for/me")
        #expect(
            try host.runContainer(["-h", "box", "--domainname", "lab"], "hostname; cat /proc/sys/kernel/domainname")
                .output == "box\nlab\n")
        #expect(try host.minirun(["run", "--rm", "--entrypoint", "echo", root, "a  b", "c"]).line == "a  b c")
        #expect(try host.minirun(["run", "--rm", root, "echo", "--", "-x", "$HOME"]).line == "-- -x $HOME")
    }

    @Test("mounts volumes with the container's ids")
    func volumes() throws {
        let host = try FakeHost()
        try host.run("mkdir -p /run/data && echo host > /run/data/file && chmod 700 /run/data")
        let volume = ["--rm", "-v", "/run/data:/data"]
        #expect(
            try host.runContainer(volume, "cat /data/file; stat -c %u /data; echo box > /data/new").output
                == "host\n0\n")
        #expect(try host.run("cat /run/data/new; stat -c %u /run/data/new").output == "box\n0\n")
        #expect(
            try host.runContainer(["--rm", "-v", "/run/data:/data:ro"], "cat /data/file; echo x > /data/no").status != 0
        )
        #expect(try host.run("ls /run/data/no").status != 0)
        let mounted = ["--rm", "--mount", "type=bind,source=/run/data,target=/data,readonly"]
        #expect(try host.runContainer(mounted, "cat /data/file && ! echo x > /data/no").line == "host")
        let temporary = ["--rm", "--tmpfs", "/scratch:size=1m,mode=1777"]
        #expect(try host.runContainer(temporary, "grep ' /scratch ' /proc/mounts").line.contains("size=1024k"))
        // A mount made inside is not seen outside.
        let before = try host.state().mounts
        #expect(
            try host.runContainer(
                ["--rm", "--cap-add", "SYS_ADMIN"], "mount -t tmpfs none /mnt && grep -c /mnt /proc/mounts"
            ).line == "1")
        #expect(try host.settledState(like: host.state()).mounts == before)
    }

    @Test("makes the root read-only on request")
    func readOnly() throws {
        let host = try FakeHost()
        #expect(
            try host.runContainer(["--rm", "--read-only"], "! touch /x && touch /dev/shm/x && echo kept").line == "kept"
        )
        #expect(try host.runContainer(["--rm"], "touch /x && echo written").line == "written")
    }

    @Test("confines as Docker does")
    func confinement() throws {
        let host = try FakeHost()
        func capabilities(_ options: [String]) throws -> String {
            try host.runContainer(["--rm"] + options, "sed -n 's/^CapEff:.//p' /proc/self/status").line
        }
        #expect(try capabilities([]) == "00000000a80425fb")
        #expect(try capabilities(["--cap-drop", "ALL"]) == "0000000000000000")
        #expect(try capabilities(["--cap-drop", "ALL", "--cap-add", "net_raw"]) == "0000000000002000")
        let status = "sed -n 's/^Seccomp:.//p; s/^NoNewPrivs:.//p' /proc/self/status"
        #expect(try host.runContainer(["--rm"], status).output == "0\n2\n")
        let loose = ["--rm", "--security-opt", "seccomp=unconfined", "--security-opt", "no-new-privileges"]
        #expect(try host.runContainer(loose, status).output == "1\n0\n")
        let firmware = "ls /sys/firmware | wc -l"
        #expect(try host.runContainer(["--rm"], firmware).line == "0")
        #expect(try host.runContainer(["--rm", "--privileged"], firmware).line == host.run(firmware).line)
        #expect(try host.runContainer(["--rm"], "echo 1 > /proc/sys/kernel/panic").status != 0)
        #expect(
            try host.runContainer(["--rm", "--ulimit", "nofile=100:200"], "ulimit -n; ulimit -Hn").output
                == "100\n200\n")
        #expect(
            try host.runContainer(
                ["--rm", "--sysctl", "net.ipv4.ip_default_ttl=99"], "cat /proc/sys/net/ipv4/ip_default_ttl"
            ).line == "99")
    }

    @Test("gives a device folder that programs expect")
    func devices() throws {
        let host = try FakeHost()
        let script = """
            for d in null zero full random urandom tty; do [ -c /dev/$d ] || echo missing $d; done
            [ "$(readlink /dev/fd)" = /proc/self/fd ] || echo no fd
            [ -d /dev/shm ] && [ -d /dev/mqueue ] && [ -d /dev/pts ] && [ -e /dev/ptmx ] || echo no folder
            echo x > /dev/null; head -c 4 /dev/zero | wc -c; ls /dev | grep -c -E '^(vda|sda|kmsg|mem)$'
            """
        #expect(try host.runContainer(["--rm"], script).output == "4\n0\n")
    }

    @Test("knows the image busybox without any preparation")
    func busyboxImage() throws {
        let host = try FakeHost()
        #expect(try host.minirun(["run", "--rm", "busybox", "echo", "hello"]).line == "hello")
        let missing = try host.minirun(["run", "--rm", "--pull", "never", "no-such-image", "true"])
        #expect(missing.status == 125 && missing.errors.contains("no-such-image"), "\(missing)")
    }

    @Test("works in a fake host without privilege")
    func unprivileged() throws {
        let host = try FakeHost(by: .nobody)
        let web = try host.start(
            "exec minirun run --rm --name web -p 8080:80 busybox sh -c \"$1\"",
            [webServer + "\necho ready; exec sleep 1000"])
        let ready = eventually { web.output == "ready\n" || !web.isRunning }
        #expect(ready && web.isRunning, "\(web.errors)")
        try host.run("echo '\(fetching(FakeHost.address, 8080).replacing("'", with: "'\\''"))' > /run/fetch.sh")
        #expect(try host.run("ip netns exec ext sh /run/fetch.sh").line.contains(FakeHost.neighbour))
        #expect(try host.run("sh /run/fetch.sh").status == 0)
    }

    @Test("writes its id to a file and its labels to the record")
    func records() throws {
        let host = try FakeHost()
        let web = try host.container([
            "--name", "教育", "--cidfile", "/run/cid", "--label", "app=web", "--label", "empty",
        ])
        let id = try host.run("cat /run/cid").line
        #expect(id.count == 64)
        #expect(try host.inspect("教育", "{{.Id}}") == id)
        #expect(try host.inspect(String(id.prefix(12)), "{{.Name}}") == "/教育")
        #expect(try host.inspect("教育", "{{json .Config.Labels}}") == #"{"app":"web","empty":""}"#)
        #expect(try host.inspect("教育", "{{.State.Status}}") == "running")
        let list = try host.minirun(["ps"]).output
        #expect(list.contains("教育") && list.contains(String(id.prefix(12))))
        host.signal(web, SIGKILL)
        try web.wait()
        #expect(try eventually { try host.inspect("教育", "{{.State.Status}} {{.State.ExitCode}}") == "exited 137" })
        #expect(try host.inspect("教育", "{{.State.Error}}").contains("killed"))
    }
}
