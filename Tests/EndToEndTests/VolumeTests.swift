import CShim
import Testing

/// Volumes, judged by what stat(1), mountinfo and the next container see.
@Suite("A volume")
struct VolumeTests {
    private let root = "$MINIRUN_ROOT/volumes"

    /// An image with something to be copied: owners, modes, links, a hard link, a pipe, a name that is no text.
    private func image(_ host: FakeHost) throws -> String {
        let outcome = try host.run(
            """
            cp -a "$1" /run/image && mkdir -p /run/image/srv/data/sub && cd /run/image/srv/data &&
            echo one > file && ln file hard && ln -s file link && ln -s /nowhere dangling && mkfifo pipe &&
            printf x > "$(printf 'bad\\377name')" && touch -d 2020-01-02 sub && chmod 1770 sub &&
            chown -h 1000:1001 file link sub . && chmod 2775 . && chmod 4751 file; ln -s /srv/data /run/image/way
            """, [Places.busybox.get()])
        guard outcome.status == 0 else { throw HarnessError("no image: \(outcome)") }
        return "/run/image"
    }

    private func names(_ host: FakeHost) throws -> [String] {
        try host.minirun(["volume", "ls", "-q"]).output.split(separator: "\n").map(String.init)
    }

    @Test("keeps what a container wrote for the next one, whatever ids the containers have")
    func survives() throws {
        let host = try FakeHost()
        let write = "echo hello > /data/f && chown 1000:1001 /data/f && stat -c %u:%g /data/f"
        #expect(try host.runContainer(["--rm", "-v", "store:/data"], write).line == "1000:1001")
        #expect(try host.run("stat -c %u:%g \"\(root)/store/_data/f\"").line == "1000:1001", "on disk as inside")
        for options in [["--userns", "host"], ["--userns", "private"], ["--net", "host"]] {
            let seen = try host.runContainer(
                ["--rm", "-v", "store:/data"] + options,
                "stat -c %u:%g /data/f; cat /data/f; touch /data/new; rm /data/new")
            #expect(seen.output == "1000:1001\nhello\n", "\(options): \(seen)")
        }
        try host.detached(["--name", "aa", "-v", "store:/data"], ["sleep", "1000"])
        try host.detached(["--name", "bb", "--mount", "source=store,target=/else,readonly"], ["sleep", "1000"])
        #expect(try host.minirun(["exec", "aa", "sh", "-c", "echo there > /data/g"]).status == 0)
        #expect(try host.minirun(["exec", "bb", "cat", "/else/g"]).line == "there")
        #expect(
            try host.minirun(["exec", "bb", "sh", "-c", "echo no > /else/g"]).errors.contains("Read-only file system"))
        #expect(try host.minirun(["rm", "-f", "aa", "bb"]).status == 0)
        #expect(try host.runContainer(["--rm", "-v", "store:/data"], "cat /data/g").line == "there")
    }

    @Test("begins with what the image has at its place, owners and all")
    func copyUp() throws {
        let host = try FakeHost()
        let image = try image(host)
        func run(_ options: [String], _ script: String) throws -> Outcome {
            try host.minirun(["run", "--rm"] + options + [image, "sh", "-c", script])
        }
        let look = """
            cd "$1" && stat -c '%n %F %u:%g %a %h' . * | LC_ALL=C sort | md5sum && stat -c '%F %u:%g %a %h' file . &&
            readlink link && readlink dangling && cat hard && stat -c %Y sub && [ -p pipe ] && echo pipe
            """
        let expected = try run([], "set -- /srv/data; \(look)")
        #expect(expected.status == 0 && expected.output.contains("regular file 1000:1001 4751 2\n"), "\(expected)")
        for target in ["/srv/data", "/way"] {
            let name = "v\(target.utf8.count)"
            #expect(try run(["-v", "\(name):\(target)"], "set -- \(target); \(look)").output == expected.output)
            let disk = try host.run("set -- \"\(root)/\(name)/_data\"; \(look)")
            #expect(disk.output == expected.output, "on disk, too")
        }
        // What the volume has, no image changes.
        #expect(try run(["-v", "v9:/srv/data"], "rm -rf /srv/data/*; echo mine > /srv/data/f").status == 0)
        #expect(try run(["-v", "v9:/srv/data"], "ls /srv/data").output == "f\n")
        for option in [["-v", "bare:/srv/data:nocopy"], ["--mount", "src=bare,dst=/srv/data,volume-nocopy"]] {
            #expect(try run(option, "ls -A /srv/data").output == "", "\(option)")
        }
        #expect(try run(["-v", "bare:/nowhere"], "stat -c '%u:%g %a' /nowhere; ls -A /nowhere").output == "0:0 755\n")
        #expect(try host.minirun(["volume", "create", "made"]).line == "made")
        #expect(try run(["-v", "made:/srv/data"], "cat /srv/data/hard").output == "one\n", "empty is as good as new")
    }

    @Test("of a copy that a kill cut short, the next container sees nothing, or all")
    func interruptedCopy() throws {
        let host = try FakeHost()
        let image = try image(host)
        try host.minirun(["volume", "create", "half"])
        try host.run("cd \"\(root)/half\" && mkdir copy.new && touch copy.new/rest")
        let run = ["run", "--rm", "-v", "half:/srv/data", image, "ls", "/srv/data"]
        #expect(try host.minirun(run).output.contains("file\nhard\n"))
        #expect(try host.run("ls \"\(root)/half\"").output == "_data\ncopy.lock\nusers\nvolume.json\n")
        try host.run("cd \"\(root)/half\" && mkdir copy && mv _data/file _data/hard copy && touch copy/x")
        #expect(try host.minirun(run).output.contains("file\nhard\n"), "moved on")
        #expect(try host.run("ls \"\(root)/half\"").output == "_data\ncopy.lock\nusers\nvolume.json\n")
    }

    @Test("keeps what another container has written meanwhile, whatever the image has under the name")
    func filledMeanwhile() throws {
        let host = try FakeHost()
        try host.minirun(["volume", "create", "store"])
        // As if a copy was whole, and another container then wrote its own before it had moved in.
        try host.run(
            """
            cd "\(root)/store" && mkdir -p copy/dir copy/new _data/dir && echo image > copy/file && touch copy/dir/image &&
            echo mine > _data/file && touch _data/dir/mine && chmod 1777 copy
            """)
        for round in 1...2 {
            let seen = try host.runContainer(
                ["--rm", "-v", "store:/data"], "cat /data/file; ls /data /data/dir; stat -c %a /data")
            #expect(seen.output == "mine\n/data:\ndir\nfile\nnew\n\n/data/dir:\nmine\n1777\n", "\(round): \(seen)")
        }
        #expect(try host.run("ls \"\(root)/store\"").output == "_data\ncopy.lock\nusers\nvolume.json\n")
    }

    @Test("is not there after its making has failed on a full disk")
    func fullDisk() throws {
        let host = try FakeHost()
        let image = try image(host)
        let outcome = try host.run(
            """
            dd if=/dev/zero of=/run/image/srv/data/big bs=1M count=3 2>/dev/null
            mkdir /run/small && mount -t tmpfs -o size=1m tmpfs /run/small && export MINIRUN_ROOT=/run/small
            minirun run --rm -v store:/srv/data "$1" true; echo $?
            minirun create -v store:/srv/data "$1" true; echo $?
            minirun volume ls -q; minirun ps -aq; ls -A /run/small/volumes
            minirun run --rm -v store:/srv/data:nocopy "$1" true; echo $?
            """, [image])
        #expect(outcome.output == "125\n125\nlock\n0\n", "\(outcome)")
        #expect(outcome.errors.contains("no space left on device"), "\(outcome)")
    }

    @Test("without a name goes with its container only on request")
    func anonymous() throws {
        let host = try FakeHost()
        #expect(
            try host.runContainer(["--rm", "-v", "/data", "--mount", "dst=/more"], "echo x > /data/f; ls /more").status
                == 0)
        #expect(try names(host) == [])
        let detached = ["--rm", "-v", "/data", "--name", "cc"]
        try host.detached(detached, ["sleep", "1000"])
        #expect(try names(host).map(\.count) == [64])
        #expect(try host.minirun(["rm", "-f", "cc"]).status == 0)
        #expect(try eventually { try names(host).isEmpty })
        try host.detached(["-v", "/data", "--name", "cc"], ["sh", "-c", "echo x >> /data/f; cat /data/f"])
        #expect(try host.minirun(["wait", "cc"]).line == "0")
        let name = try names(host)
        #expect(try host.minirun(["start", "-a", "cc"]).output == "x\nx\n", "the same at the next start")
        #expect(try names(host) == name)
        let mount = try host.inspect(
            "cc", "{{range .Mounts}}{{.Type}} {{.Name}} {{.Source}} {{.Destination}} {{.Driver}} {{.RW}}{{end}}")
        #expect(mount == "volume \(name[0]) /run/minirun-root/volumes/\(name[0])/_data /data local true")
        #expect(try host.minirun(["ps", "-aq", "--filter", "volume=\(name[0])"]).output != "")
        #expect(try host.minirun(["rm", "cc"]).status == 0)
        #expect(try names(host) == name, "kept, and dangling")
        #expect(try host.minirun(["volume", "ls", "-qf", "dangling=true"]).line == name[0])
        #expect(try host.minirun(["create", "--name", "dd", "-v", "/data", Places.busybox.get()]).status == 0)
        #expect(try names(host).count == 2, "there from create on")
        #expect(try host.minirun(["rm", "-v", "dd"]).status == 0)
        #expect(try names(host) == name)
    }

    @Test("is removed only when no container has it; prune asks, and takes the dangling ones")
    func removing() throws {
        let host = try FakeHost()
        let id = try host.detached(["--name", "aa", "-v", "used:/data", "-v", "/anonymous"], ["sleep", "1000"])
        let stopped = try host.minirun(["create", "-v", "used:/x", Places.busybox.get()]).line
        try host.minirun(["volume", "create", "--label", "k=v", "free"])
        try host.minirun(["volume", "create"])
        #expect(try names(host).count == 4)
        let refused = try host.minirun(["volume", "rm", "used"])
        #expect(refused.status == 1)
        #expect(refused.errors.hasPrefix("minirun: remove used: volume is in use - ["), "\(refused)")
        #expect(refused.errors.contains(id) && refused.errors.contains(stopped))
        #expect(try host.minirun(["volume", "rm", "-f", "used"]).status == 1)
        let missing = try host.minirun(["volume", "rm", "nope", "free"])
        #expect(
            missing.status == 1 && missing.output == "free\n" && missing.errors == "minirun: get nope: no such volume\n"
        )
        #expect(try host.minirun(["volume", "rm", "-f", "nope"]).output == "nope\n")
        try host.minirun(["volume", "create", "--label", "k=v", "free"])
        let no = try host.run("echo n | minirun volume prune")
        #expect(
            no.status == 1 && no.output.contains("remove anonymous local volumes not used by at least one container."))
        #expect(try names(host).count == 4)
        let yes = try host.run("echo y | minirun volume prune")
        #expect(yes.output.contains("Deleted Volumes:\n") && yes.output.contains("Total reclaimed space: 0B"), "\(yes)")
        #expect(try names(host).count == 3 && names(host).contains("free"), "named ones stay")
        #expect(
            try host.minirun(["volume", "prune", "-af", "--filter", "label=other"]).output
                == "Total reclaimed space: 0B\n")
        #expect(try host.minirun(["volume", "prune", "-af", "--filter", "label=k"]).output.contains("free\n"))
        #expect(try names(host).count == 2)
        #expect(try host.minirun(["rm", "-f", "aa", stopped]).status == 0)
        #expect(try host.minirun(["volume", "rm", "used"]).output == "used\n")
    }

    @Test("is listed and shown with Docker's columns and keys; bad names and options have Docker's words")
    func listing() throws {
        let host = try FakeHost()
        #expect(try host.minirun(["volume", "create", "--label", "a=1", "v10"]).line == "v10")
        #expect(try host.minirun(["volume", "create", "v2"]).line == "v2")
        #expect(try host.minirun(["volume", "create", "v2"]).line == "v2")
        let columns = "DRIVER    VOLUME NAME\nlocal     v2\nlocal     v10\n"
        #expect(try host.minirun(["volume", "ls"]).output == columns)
        #expect(try host.minirun(["volume", "ls", "-q", "-f", "label=a"]).output == "v10\n")
        #expect(
            try host.minirun(["volume", "ls", "--format", "{{.Name}} {{.Label \"a\"}}|"]).output == "v2 |\nv10 1|\n")
        let shown = try host.minirun(["volume", "inspect", "v10", "nope"])
        #expect(shown.status == 1 && shown.errors == "Error: get nope: no such volume\n")
        for text in [
            "\"Mountpoint\": \"/run/minirun-root/volumes/v10/_data\"", "\"Scope\": \"local\"", "\"Options\": null",
        ] {
            #expect(shown.output.contains(text), "\(text)")
        }
        #expect(try host.minirun(["volume", "inspect", "-f", "{{.Labels.a}}", "v10"]).output == "1\n")
        for (words, text) in [
            (["x"], "volume name is too short"), (["a/b"], "includes invalid characters for a local volume name"),
            (["-d", "nfs", "vv"], "create vv: error looking up volume plugin nfs: plugin \"nfs\" not found"),
            (["-o", "type=tmpfs", "vv"], "create vv: missing required option: \"device\""),
            (["-o", "foo=1", "vv"], "create vv: invalid option: \"foo\""),
            (["-o", "type=nfs", "-o", "device=:/x", "vv"], "type \"nfs\" is not supported"),
        ] {
            let refused = try host.minirun(["volume", "create"] + words)
            #expect(refused.status == 1 && refused.errors.contains(text), "\(words): \(refused)")
        }
        #expect(try names(host) == ["v2", "v10"])
    }

    @Test("of another container comes along with --volumes-from")
    func volumesFrom() throws {
        let host = try FakeHost()
        try host.run("mkdir /run/bound && echo bound > /run/bound/f")
        let donor = [
            "-v", "one:/one", "-v", "two:/two:ro", "-v", "/three", "-v", "/run/bound:/four", "--tmpfs", "/five",
        ]
        try host.detached(["--name", "donor"] + donor, ["sh", "-c", "echo 1 > /one/f; echo 3 > /three/f; sleep 1000"])
        #expect(try eventually { try host.minirun(["exec", "donor", "cat", "/three/f"]).status == 0 })
        let look =
            "cat /one/f /three/f /four/f; touch /two/x 2>/dev/null || echo two ro; touch /one/x 2>/dev/null || echo one ro"
        #expect(try host.runContainer(["--rm", "--volumes-from", "donor"], look).output == "1\n3\nbound\ntwo ro\n")
        #expect(
            try host.runContainer(["--rm", "--volumes-from", "donor:ro"], look).output
                == "1\n3\nbound\ntwo ro\none ro\n")
        let own = try host.runContainer(
            ["--rm", "--volumes-from", "donor", "-v", "other:/one"], "ls /one; cat /three/f")
        #expect(own.output == "3\n", "its own options come first")
        #expect(try names(host).count == 4, "the donor's volume without a name is the donor's")
        try host.detached(["--name", "heir", "--volumes-from", "donor"], ["cat", "/three/f"])
        #expect(try host.minirun(["wait", "heir"]).line == "0")
        #expect(try host.minirun(["rm", "-fv", "donor"]).status == 0)
        #expect(try names(host).count == 4, "the heir has it still")
        #expect(try host.minirun(["start", "-a", "heir"]).output == "3\n", "without its donor")
        for (value, text) in [("nope", "No such container: nope"), ("heir:foo", "invalid mode for volumes-from: foo")] {
            let refused = try host.runContainer(["--rm", "--volumes-from", value], "true")
            #expect(refused.status == 125 && refused.errors.contains(text), "\(refused)")
        }
    }

    @Test("is free and usable after kill -9 of those who watched over its containers")
    func kill9() throws {
        let host = try FakeHost()
        try host.detached(["--name", "aa", "-v", "store:/data", "--rm"], ["sh", "-c", "echo x > /data/f; sleep 1000"])
        #expect(try eventually { try host.minirun(["exec", "aa", "cat", "/data/f"]).status == 0 })
        #expect(try host.minirun(["volume", "rm", "store"]).status == 1)
        try host.run("kill -9 \"$1\"", [host.supervisor("aa")])
        #expect(try host.runContainer(["--rm", "-v", "store:/data"], "cat /data/f").line == "x")
        let foreground = try host.container(["--name", "bb", "-v", "store:/data", "-v", "/anonymous"])
        host.signal(foreground, SIGKILL)
        try foreground.wait()
        #expect(try host.minirun(["rm", "-v", "bb"]).status == 0)
        #expect(try names(host) == ["store"])
        #expect(try host.minirun(["volume", "rm", "store"]).output == "store\n")
    }

    /// Somebody who holds the lock of all volumes, or of one, until it is signalled.
    private func holder(of lock: String, _ host: FakeHost) throws -> ChildProcess {
        let holder = try host.start("exec 9>>\"\(root)/$1\"; flock 9; echo held; exec sleep 1000", [lock])
        guard eventually({ holder.output == "held\n" }) else { throw HarnessError("no lock: \(holder.errors)") }
        return holder
    }

    /// Waits until somebody waits for a lock.
    private func isWaiting(_ host: FakeHost) throws -> Bool {
        try eventually { try host.run("cat /proc/[0-9]*/wchan | grep -q locks_").status == 0 }
    }

    @Test(
        "without a name is noted by somebody at any moment of its container's end",
        arguments: [
            ["rm -v cc", "create --name cc -v /data"], ["rm -fv cc", "run -d --name cc -v /data"],
            ["kill cc", "run -d --rm --name cc -v /data"], ["ps -a", "run -d --rm --name cc -v /data"],
        ])
    func endCutShort(words: [String]) throws {
        let host = try FakeHost()
        let making = words[1].split(separator: " ").map(String.init)
        #expect(try host.minirun(making + [Places.busybox.get(), "sleep", "1000"]).status == 0)
        #expect(try names(host).count == 1)
        if words[0] == "ps -a" { try host.run("kill -9 \"$1\"", [host.supervisor("cc")]) }
        let holder = try holder(of: "lock", host)
        let ending = try host.start("minirun \(words[0])")
        #expect(try isWaiting(host))
        try host.run("while pkill -9 -f 'minirun ([a-z]+ .*cc|ps -a)'; do sleep 0.01; done")
        try ending.wait()
        host.signal(holder, SIGKILL)
        try holder.wait()
        try host.run("minirun ps -a; minirun rm -fv cc")
        #expect(try names(host) == [] && host.minirun(["ps", "-aq"]).output == "")
    }

    @Test("without a name is not left by a start that was killed", arguments: ["create", "run -d", "run --rm"])
    func startCutShort(command: String) throws {
        let host = try FakeHost()
        try host.minirun(["volume", "create", "store"])
        let holder = try holder(of: "store/copy.lock", host)
        let start = try host.start(
            "minirun \(command) --name cc -v /data -v store:/x \"$1\" true", [Places.busybox.get()])
        #expect(try eventually { try names(host).count == 2 } && isWaiting(host))
        try host.run("while pkill -9 -f 'minirun ([a-z]+ .*cc|ps -a)'; do sleep 0.01; done")
        try start.wait()
        host.signal(holder, SIGKILL)
        try holder.wait()
        #expect(try host.minirun(["ps", "-aq"]).output == "")
        #expect(try names(host) == ["store"])
        #expect(try host.minirun(["create", "--name", "cc", Places.busybox.get()]).status == 0, "its name is free")
    }

    @Test("stays as long as nobody can know who has it, and so do images")
    func unknownUsers() throws {
        let host = try FakeHost()
        try host.minirun(["create", "--name", "bb", "-v", "/anonymous", Places.busybox.get()])
        let id = try host.minirun(["create", "--name", "aa", "-v", "store:/data", Places.busybox.get()]).line
        let before = try names(host)
        try host.run(
            "echo x > \"\(root)/store/_data/f\"; echo { > \"$MINIRUN_ROOT/containers/$1/container.json\"", [id])
        for words in [
            "volume rm store", "volume prune -af", "rmi none", "image prune -af", "system prune -af --volumes",
        ] {
            let refused = try host.run("minirun \(words)")
            #expect(refused.status == 1 && refused.output == "", "\(words): \(refused)")
            #expect(refused.errors.contains("containers/\(id)/container.json is damaged: "), "\(words): \(refused)")
        }
        #expect(try host.run("cat \"\(root)/store/_data/f\"").line == "x")
        #expect(try names(host) == before && host.minirun(["ps", "-aq"]).output.count == 13)
        #expect(try host.minirun(["volume", "ls", "-qf", "dangling=true"]).status == 0)
        try host.run("rm -r \"$MINIRUN_ROOT/containers/$1\"", [id])
        #expect(try host.minirun(["volume", "rm", "store"]).status == 0)
    }

    @Test("in memory is empty again after kill -9 of those who watched over its containers")
    func memoryAfterKill() throws {
        let host = try FakeHost()
        try host.minirun(["volume", "create", "-o", "type=tmpfs", "-o", "device=tmpfs", "mem"])
        func spoil() throws {
            try host.detached(["--name", "aa", "-v", "mem:/m"], ["sh", "-c", "echo secret > /m/f; sleep 1000"])
            #expect(try eventually { try host.minirun(["exec", "aa", "cat", "/m/f"]).status == 0 })
            try host.run("kill -9 \"$1\"", [host.supervisor("aa")])
        }
        func mounts() throws -> String { try host.run("grep -c volumes/mem /proc/self/mountinfo").line }
        try spoil()
        #expect(try mounts() == "1")
        #expect(try host.minirun(["ps", "-a"]).status == 0)
        #expect(try mounts() == "0", "swept")
        try host.minirun(["rm", "aa"])
        try spoil()
        // Who comes before any sweep finds nothing either.
        #expect(try host.runContainer(["--rm", "-v", "mem:/m"], "ls /m").output == "")
    }

    @Test("in memory, or of a directory of the host, by the driver's options")
    func driverOptions() throws {
        let host = try FakeHost()
        try host.run("mkdir /run/bound && echo bound > /run/bound/f")
        let memory = ["-o", "type=tmpfs", "-o", "device=tmpfs", "-o", "o=size=1m,mode=0700", "mem"]
        #expect(try host.minirun(["volume", "create"] + memory).line == "mem")
        #expect(
            try host.minirun([
                "volume", "create", "-o", "type=none", "-o", "o=bind,ro", "-o", "device=/run/bound", "dir",
            ]).line == "dir")
        try host.detached(["--name", "aa", "-v", "mem:/m", "-v", "dir:/d"], ["sh", "-c", "echo x > /m/f; sleep 1000"])
        #expect(try eventually { try host.minirun(["exec", "aa", "cat", "/m/f"]).status == 0 })
        let seen = try host.runContainer(
            ["--rm", "-v", "mem:/m", "-v", "dir:/d"], "cat /m/f /d/f; stat -c %a /m; stat -f -c %T /m; touch /d/x 2>&1")
        #expect(seen.output == "x\nbound\n700\ntmpfs\ntouch: /d/x: Read-only file system\n", "\(seen)")
        #expect(try host.minirun(["exec", "aa", "cat", "/m/f"]).line == "x", "as long as one has it")
        #expect(try host.minirun(["rm", "-f", "aa"]).status == 0)
        #expect(try host.runContainer(["--rm", "-v", "mem:/m"], "ls /m").output == "")
        #expect(try host.run("grep -c volumes/mem /proc/self/mountinfo").line == "0")
        #expect(try host.minirun(["volume", "rm", "mem", "dir"]).status == 0)
        #expect(try host.run("cat /run/bound/f").line == "bound", "what is the host's stays")
    }

    @Test("has parts, which no link in it leads out of")
    func subpath() throws {
        let host = try FakeHost()
        #expect(
            try host.runContainer(
                ["--rm", "-v", "store:/d"], "mkdir /d/a; echo 1 > /d/a/f; ln -s /etc /d/out; ln -s a /d/in"
            ).status == 0)
        func run(_ path: String) throws -> Outcome {
            try host.runContainer(["--rm", "--mount", "src=store,dst=/x,volume-subpath=\(path)"], "cat /x/f")
        }
        #expect(try run("a").line == "1")
        #expect(try run("in").line == "1")
        let out = try run("out")
        #expect(out.status == 125 && out.errors.contains("cannot access path"), "\(out)")
        #expect(try run("missing").errors.contains("no such file or directory"))
    }

    @Test("has its events")
    func events() throws {
        let host = try FakeHost()
        #expect(try host.runContainer(["--rm", "-v", "store:/d:ro"], "true").status == 0)
        #expect(try host.minirun(["volume", "rm", "store"]).status == 0)
        let words = ["events", "--since", "1m", "--until", "0s", "--filter", "type=volume"]
        let events = try host.minirun(words + ["--format", "{{.Action}} {{.Actor.ID}}"])
        #expect(events.output == "create store\nmount store\nunmount store\ndestroy store\n", "\(events)")
        let mount = try host.minirun(words + ["--filter", "event=mount", "--format", "{{json .Actor.Attributes}}"]).line
        #expect(mount.contains("\"destination\":\"/d\"") && mount.contains("\"read/write\":\"false\""), "\(mount)")
    }
}
