import CShim
import Testing

/// `exec`: a command in a container that runs already.
@Suite("exec")
struct ExecTests {
    @Test(
        "answers with the command's exit code, or says why there is none",
        arguments: [
            (["box", "sh", "-c", "exit 3"], 3, ""),
            (["box", "sh", "-c", "kill -9 $$"], 137, ""),
            (["box", "nope"], 127, "exec: \"nope\": executable file not found in $PATH"),
            (["box", "/nope"], 127, "exec: \"/nope\": stat /nope: no such file or directory"),
            (["box", "/etc"], 126, "exec: \"/etc\": permission denied"),
            (["-w", "/nope", "box", "true"], 127, "chdir to cwd (\"/nope\"): no such file or directory"),
            (["-w", "/etc/passwd", "box", "true"], 126, "chdir to cwd (\"/etc/passwd\"): not a directory"),
            (["-w", "tmp", "box", "true"], 126, "it needs to be an absolute path"),
            (["-u", "gone", "box", "true"], 126, "unable to find user gone: no matching entries in passwd file"),
            (["-it", "box", "true"], 1, "the input device is not a TTY"),
            (["nobody", "true"], 1, "No such container: nobody"),
            (["ended", "true"], 1, "is not running"),
            (["box"], 125, "\"minirun exec\" requires at least 2 arguments."),
            (["--name", "x", "box", "true"], 125, "unknown flag: --name"),
            (["--detach-keys", "ctrl", "box", "true"], 125, "invalid detach keys (ctrl): unknown character 'ctrl'"),
        ])
    func codes(words: [String], status: Int32, sentence: String) throws {
        let host = try FakeHost()
        try host.box("box")
        try host.minirun(["run", "--name", "ended", try Places.busybox.get(), "true"])
        let outcome = try host.minirun(["exec"] + words)
        #expect(outcome.status == status, "\(outcome)")
        #expect(outcome.errors.contains(sentence) && outcome.errors.isEmpty == sentence.isEmpty, "\(outcome)")
    }

    @Test(
        "is in all the namespaces of the container, and in its root",
        arguments: [
            [], ["--userns", "host"], ["--net", "host"], ["--pid", "host"], ["--net", "none"], ["--privileged"],
            ["--net", "container:other"], ["--pid", "container:other", "--ipc", "container:other"], ["--read-only"],
            ["--init"],
        ], [FakeHost.Builder.tester, .nobody])
    func namespaces(options: [String], builder: FakeHost.Builder) throws {
        let host = try FakeHost(by: builder)
        // Made by whoever runs it, so that mount points can be made in it.
        let image = "busybox"
        try host.box("other", ["--ipc", "shareable"], image: image)
        let look = "for n in /proc/self/ns/*; do readlink $n; done; stat -c %d:%i / /proc"
        let options = ["--tmpfs", "/tmp"] + options
        try host.box("box", options, "(\(look)) > /tmp/all; mv /tmp/all /tmp/first; exec sleep 1000", image: image)
        let first = try host.fetch("box", "/tmp/first")
        let outcome = try host.minirun(["exec", "box", "sh", "-c", look])
        #expect(outcome.output == first && first.contains("mnt:["), "\(outcome)\n\(first)")
        #expect(try host.minirun(["exec", "--privileged", "-u", "0", "box", "true"]).status == 0)
    }

    @Test(
        "is the container's user, with its rights, limits, variables and directory",
        arguments: [
            [], ["--privileged"], ["--cap-add", "SYS_PTRACE", "--cap-drop", "CHOWN"], ["-u", "nobody"],
            ["-u", "1000:7"], ["--security-opt", "no-new-privileges"], ["--security-opt", "seccomp=unconfined"],
            ["--ulimit", "nofile=64:128", "--ulimit", "core=0"], ["-w", "/usr/bin"], ["-e", "A=1", "-e", "HOME=/x"],
        ])
    func identity(options: [String]) throws {
        let host = try FakeHost()
        let look =
            "id; pwd; env | sort; umask; cat /proc/self/limits; grep -E '^(Cap|NoNew|Seccomp|Groups)' /proc/self/status"
        try host.box(
            "box", ["--tmpfs", "/tmp"] + options, "(\(look)) > /tmp/all; mv /tmp/all /tmp/first; exec sleep 1000")
        let first = try host.fetch("box", "/tmp/first")
        let outcome = try host.minirun(["exec", "box", "sh", "-c", "(\(look))"])
        #expect(outcome.output == first && first.contains("CapEff"), "\(outcome)\n\(first)")
    }

    @Test("takes another user, directory and variables when it is told to")
    func options() throws {
        let host = try FakeHost()
        try host.box("box", ["-e", "A=1", "-e", "B=2"])
        let words = ["-u", "nobody", "-w", "/usr", "-e", "A=3", "--env-file", "/run/vars", "-e", "MINE", "-e", "B"]
        try host.run("printf '# c\\nC=4\\n' > /run/vars")
        let look = "echo $(id -u) $(pwd) $HOME $A $C $MINE ${B-unset}; grep CapEff /proc/self/status"
        let outcome = try host.run(
            "export MINE=5; exec minirun exec \"$@\"", words + ["box", "sh", "-c", look])
        #expect(outcome.output == "65534 /usr /home 3 4 5 unset\nCapEff:\t0000000000000000\n", "\(outcome)")
        let home = try host.minirun(["exec", "-u", "nobody", "-e", "HOME=/own", "box", "sh", "-c", "echo $HOME"])
        #expect(home.line == "/own")
    }

    @Test("has every right when it is privileged")
    func privileged() throws {
        let host = try FakeHost()
        try host.box("box", ["--cap-drop", "ALL"])
        let look = ["box", "sh", "-c", "mkdir /tmp/m && mount -t tmpfs none /tmp/m && grep Seccomp: /proc/self/status"]
        #expect(try host.minirun(["exec"] + look).status != 0)
        #expect(try host.minirun(["exec", "--privileged"] + look).output == "")
        let again = ["box", "sh", "-c", "mount -t tmpfs none /tmp/m && grep Seccomp: /proc/self/status"]
        let outcome = try host.minirun(["exec", "--privileged"] + again)
        #expect(outcome.output == "Seccomp:\t0\n", "\(outcome)")
    }

    @Test("reads its caller's input with -i only, and has no other descriptor of it")
    func streams() throws {
        let host = try FakeHost()
        try host.box("box", ["-u", "nobody"])
        #expect(try host.run("echo word | minirun exec -i box cat").output == "word\n")
        #expect(try host.run("echo word | minirun exec box cat").output == "")
        #expect(try host.run("minirun exec box sh -c 'echo out; echo err >&2' 2>/dev/null").output == "out\n")
        // The pipe is the command's to open anew, as /dev/stdout.
        #expect(try host.run("minirun exec box sh -c 'echo word > /dev/stdout' | cat").output == "word\n")
        let found = try host.run("exec 7</etc/passwd 8</; minirun exec box sh -c 'ls /proc/self/fd' 7<&7 8<&8")
        #expect(found.output == "0\n1\n2\n3\n", "\(found)")  // 3 is ls's own
    }

    @Test("waits for what a container in the foreground writes down a little later")
    func foreground() throws {
        let host = try FakeHost()
        let box = try host.container(["--name", "box"])
        #expect(try host.minirun(["exec", "box", "echo", "word"]).output == "word\n")
        try host.run("mv /run/minirun/containers/*/config.json /run/")
        let waiting = try host.start("exec minirun exec box echo word")
        pause(0.2)
        #expect(waiting.isRunning)
        try host.run("mv /run/config.json /run/minirun/containers/*/")
        #expect(try waiting.wait().output == "word\n")
        // And not for ever.
        try host.run("rm /run/minirun/containers/*/config.json")
        let inVain = try host.start("exec minirun exec box echo word")
        pause(0.2)
        host.signal(box, SIGKILL)
        let answer = try inVain.wait()
        #expect(answer.status == 1 && answer.errors.contains("is not running"), "\(answer)")
    }

    @Test("goes on in the background, without a word, until the container's end")
    func detached() throws {
        let host = try FakeHost()
        try host.box("box")
        let outcome = try host.minirun(
            ["exec", "-d", "box", "sh", "-c", "echo lost; readlink /proc/self/fd/0 > /tmp/in; exec sleep 999"])
        #expect(outcome == Outcome(status: 0, output: "", errors: ""))
        #expect(try host.fetch("box", "/tmp/in") == "/dev/null\n")
        #expect(try host.run("pgrep -fx 'sleep 999'").status == 0)
        #expect(try host.minirun(["exec", "-d", "box", "nope"]).status == 127)
        try host.run("kill -9 \(host.inspect("box", "{{.State.Pid}}"))")
        #expect(try eventually { try host.run("pgrep -fx 'sleep 999'").status == 1 })
    }

    @Test("ends when the one that asked for it does, and passes its signals on before")
    func ends() throws {
        let host = try FakeHost()
        try host.box("box")
        let script = "trap 'echo got it; exit 9' TERM; touch /tmp/up; while :; do sleep 0.05; done"
        let polite = try host.start("exec minirun exec box sh -c \"$1\"", [script])
        _ = try host.fetch("box", "/tmp/up", of: "rm")
        host.signal(polite, SIGTERM)
        let answer = try polite.wait()
        #expect(answer.status == 9 && answer.output == "got it\n", "\(answer)")

        let killed = try host.start("exec minirun exec box sleep 998")
        #expect(try eventually { try host.run("pgrep -fx 'sleep 998'").status == 0 })
        host.signal(killed, SIGKILL)
        _ = try killed.wait()
        #expect(try eventually { try host.run("pgrep -fx 'sleep 998'").status == 1 })
        #expect(try host.inspect("box", "{{.State.Running}}") == "true")
    }

    @Test("is a process that a container's root cannot use to change minirun's own program")
    func ownProgram() throws {
        let host = try FakeHost()
        let root = try Places.busybox.get()
        // A program of minirun's that somebody else may break, and an image in which it could run.
        let made = try host.run(
            """
            set -e
            mkdir /run/bin; cp "$(command -v minirun)" /run/bin/minirun; cp -a "$1" /run/root
            for file in $(ldd /run/bin/minirun | grep -o '/[^ ]*'); do
                mkdir -p "/run/root${file%/*}"; cp -L "$file" "/run/root$file"
            done
            mkfifo /run/root/pipe; chmod 755 /run/bin/minirun
            """, [root])
        #expect(made.status == 0, "\(made)")
        let lingers = ["box", "/proc/self/exe", "run", "--env-file", "/pipe", "x"]
        let attack = """
            for p in /proc/[0-9]*; do
                [ "$(tr '\\0' ' ' < $p/cmdline)" = "/proc/self/exe run --env-file /pipe x " ] || continue
                chmod 4777 $p/exe; exit
            done; exit 9
            """
        for options in [["--userns", "host"], ["--net", "host"], ["--userns", "host", "--init"]] {
            let start = try host.run(
                "exec /run/bin/minirun run -d --name box \"$@\"", options + ["/run/root", "sleep", "999"])
            #expect(start.status == 0, "\(start)")
            #expect(try host.run("exec /run/bin/minirun exec -d \"$@\"", lingers).status == 0)
            let outcome = try host.run("exec /run/bin/minirun exec box sh -c \"$1\"", [attack])
            #expect(outcome.status == 1 && outcome.errors.contains("Read-only file system"), "\(outcome)")
            #expect(try host.run("stat -c %a /run/bin/minirun").line == "755")
            try host.run("kill -9 \(host.inspect("box", "{{.State.Pid}}"))")
            try host.run("until minirun ps -q | wc -l | grep -qx 0; do sleep 0.05; done; rm -rf /run/minirun* ")
        }
    }

    @Test("tells what it does")
    func explains() throws {
        let host = try FakeHost()
        try host.box("box")
        let outcome = try host.minirun(["--explain=sh", "exec", "-e", "A=1 2", "box", "echo", "$A"])
        let pid = try host.inspect("box", "{{.State.Pid}}")
        let line = try #require(outcome.errors.split(separator: "\n").last)
        #expect(line.hasPrefix("nsenter --target \(pid) --user --mount --uts --ipc --pid --net "), "\(outcome)")
        #expect(line.hasSuffix(" 'A=1 2' echo '$A'"), "\(outcome)")
        // What it says is what it does.
        #expect(try host.run(line + " && readlink /proc/self/ns/net").output.hasPrefix("$A\n"))
    }
}

extension FakeHost {
    /// Starts a container in the background that stays until it is killed.
    func box(_ name: String, _ options: [String] = [], _ script: String = "exec sleep 1000", image: String? = nil)
        throws
    {
        let image = try image ?? Places.busybox.get()
        let words = ["run", "-d", "--name", name] + options + [image, "sh", "-c", script]
        let outcome = try minirun(words)
        guard outcome.status == 0 else { throw HarnessError("run -d \(options): \(outcome)") }
    }

    /// Waits for a file in a container that is not empty, or for any with `of: "rm"`, and returns what is in it.
    func fetch(_ name: String, _ file: String, of tool: String = "cat") throws -> String {
        let script = tool == "rm" ? "[ -e \(file) ]" : "[ -s \(file) ] && cat \(file)"
        let outcome = try poll(until: { $0.status == 0 }) { try minirun(["exec", name, "sh", "-c", script]) }
        guard outcome.status == 0 else { throw HarnessError("\(file) in \(name): \(outcome)") }
        return outcome.output
    }
}
