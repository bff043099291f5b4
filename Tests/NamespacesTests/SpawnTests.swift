import CShim
import SystemPackage
import Testing

@testable import Namespaces

@Suite(.serialized, .enabled(if: ContainerFixture.canSpawn, "needs root and busybox-static"))
struct SpawnTests {
    static let kinds: [NamespaceKind] = [.user, .mount, .uts, .ipc, .pid, .network]

    @Test func commandRunsInSixNamespacesOfItsOwn() throws {
        let container = try ContainerFixture()
        let result = try container.run(
            ["sh", "-c", Self.kinds.map { "readlink /proc/self/ns/\($0.procName)" }.joined(separator: ";")])
        #expect(result.exit == .exited(0))
        let inside = result.output.split(separator: "\n").map(String.init)
        try #require(inside.count == Self.kinds.count)
        for (kind, text) in zip(Self.kinds, inside) {
            let host = try NamespaceHandle(kind).inode()
            #expect(text.contains("["))
            #expect(!text.contains("[\(host)]"), "\(kind) is the host's")
        }
    }

    @Test func rootInsideIsNotRootOutside() throws {
        let container = try ContainerFixture()
        let result = try container.run(["sh", "-c", "id -u; touch /made; stat -c %u /made /bin/sh /bin/busybox"])
        #expect(result.output == "0\n0\n0\n0\n")
        var status = stat()
        #expect(stat("\(container.image)/made", &status) != 0, "the image is untouched")
        #expect(stat("\(container.directory)/layer/upper/made", &status) == 0)
        #expect(status.st_uid == container.map.outside(uid: 0))
        #expect(container.map.isIdentity || status.st_uid != 0)
    }

    @Test func layerInMemoryTakesWritesAndLeavesNothing() throws {
        let container = try ContainerFixture()
        let result = try container.run(
            ["sh", "-c", "echo text > /made; cat /made; rm /bin/sh; ls /bin/sh 2>&1"], inMemory: true)
        #expect(result.output.hasPrefix("text\n"))
        #expect(result.output.contains("No such file"))
        try container.shell(
            "ls \(container.directory) | { read a; test $a = image; }; test -e \(container.image)/bin/sh")
    }

    @Test func devicesWorkAndStandardMountsAreThere() throws {
        let container = try ContainerFixture()
        let script = """
            echo x > /dev/null; wc -c < /dev/null; readlink /proc/self/fd/1 > /dev/null; readlink /dev/fd; readlink /dev/ptmx
            grep -c . /proc/self/mountinfo > /dev/null; ls /sys/class/net; ls -a /sys/firmware
            cat /proc/kcore | wc -c; echo 1 > /proc/sys/kernel/domainname && echo written; echo done
            """
        let result = try container.run(["sh", "-c", script])
        #expect(result.output == "0\n/proc/self/fd\npts/ptmx\nlo\n.\n..\n0\ndone\n")
    }

    @Test(arguments: [(false, "refused\n"), (true, "written\n")])
    func settingsCanBeWrittenOnlyWhenUnconfined(isUnconfined: Bool, expected: String) throws {
        let container = try ContainerFixture()
        var mounts = StandardMounts()
        mounts.isUnconfined = isUnconfined
        // A setting of the container's own network namespace: only the read-only mount stands in the way.
        let script = "{ echo 1 > /proc/sys/net/ipv4/ip_forward; } 2>/dev/null && echo written || echo refused"
        #expect(try container.run(["sh", "-c", script], mounts: mounts).output == expected)
    }

    @Test func hostTreeIsOutOfReach() throws {
        let container = try ContainerFixture()
        let result = try container.run(["sh", "-c", "cat /proc/self/mountinfo; ls /; ls -d /var/tmp 2>&1"])
        #expect(!result.output.contains("ext4"))
        #expect(result.output.contains("bin\ndev\nproc\nsys\n"))
        #expect(result.output.contains("No such file"))
    }

    @Test(arguments: ["/proc", "/dev", "/sys", "/data"])
    func symlinkInTheImageDoesNotLeadToTheHost(name: String) throws {
        let container = try ContainerFixture()
        try container.shell(
            "mkdir -p \(container.directory)/outside && ln -s \(container.directory)/outside \(container.image)\(name)")
        let slot = container.program.newSlot()
        let volume = TreeMount(source: "/etc", target: "/data", map: container.map, slot: slot)
        var mounts = StandardMounts()
        mounts.volumes = [.makeTarget("/data/below", for: slot)] + volume.childOperations
        // Where the link dangles inside, the container fails to start; the host must not see anything either way.
        do {
            _ = try container.run(["true"], mounts: mounts, steps: [volume])
        } catch let failure as ChildFailure {
            #expect(!failure.isExec)
            #expect(failure.index > 0)
        }
        container.stage.undo.unwind()
        try container.shell("test -z \"$(ls -A \(container.directory)/outside)\"")
    }

    @Test func symlinkInTheImageIsFollowedInside() throws {
        let container = try ContainerFixture()
        try container.shell("mkdir \(container.image)/etc && ln -s /etc \(container.image)/data")
        try container.shell("mkdir \(container.directory)/volume && touch \(container.directory)/volume/inside")
        let slot = container.program.newSlot()
        let volume = TreeMount(
            source: FilePath("\(container.directory)/volume"), target: "/data", map: container.map, slot: slot)
        var mounts = StandardMounts()
        mounts.volumes = volume.childOperations
        #expect(try container.run(["ls", "/etc"], mounts: mounts, steps: [volume]).output == "inside\n")
    }

    @Test func failureNamesTheOperation() throws {
        let container = try ContainerFixture()
        let failure = #expect(throws: ChildFailure.self) {
            try container.run(
                ["true"],
                extra: [
                    .mount(
                        source: "none", target: "/bin", type: "nosuchfs", flags: [], data: nil)
                ])
        }
        #expect(failure?.errno == .init(rawValue: ENODEV))
        #expect(failure?.exitCode == 125)
        #expect(failure?.description.hasPrefix("mount nosuchfs on /bin") == true)
    }

    @Test(arguments: [("nosuch", 127), ("/nosuch", 127), ("/bin", 126), ("/plain", 126), ("/bin/text", 126)])
    func commandThatCannotRunTellsWhy(command: String, code: Int32) throws {
        let container = try ContainerFixture()
        try container.shell(
            "echo x > \(container.image)/plain; printf '\\1\\2' > \(container.image)/bin/text; chmod +x \(container.image)/bin/text"
        )
        let failure = #expect(throws: ChildFailure.self) { try container.run([command]) }
        #expect(failure?.isExec == true)
        #expect(failure?.exitCode == code)
    }

    @Test func exitCodesAndSignalsComeBack() throws {
        #expect(try ContainerFixture().run(["sh", "-c", "exit 7"]).exit.code == 7)
        let container = try ContainerFixture()
        let (process, reader) = try container.start(["sleep", "100"])
        close(reader)
        #expect(try process.reap() == nil)
        try process.signal(SIGKILL)
        #expect(try process.wait() == .signaled(SIGKILL))
        try process.kill()
    }

    @Test func noDescriptorLeaksIntoTheCommand() throws {
        let container = try ContainerFixture()
        let leak = dup(0)  // not close-on-exec
        defer { close(leak) }
        let result = try container.run(["ls", "/proc/self/fd"])
        // 3 is the directory that ls itself reads.
        #expect(result.output == "0\n1\n2\n3\n")
    }

    @Test func ordinaryUserKeepsGivenCapabilitiesOnly() throws {
        let container = try ContainerFixture()
        let result = try container.run(
            ["sh", "-c", "id -u; id -g; id -G; grep -E 'CapEff|CapBnd|NoNewPrivs|CapPrm' /proc/self/status"],
            setup: {
                $0.uid = 1000
                $0.gid = 1001
                $0.groups = [27]
                $0.capabilities = ProcessCapabilities(granted: .standard, uid: 1000)
                $0.noNewPrivileges = true
            })
        #expect(result.output.hasPrefix("1000\n1001\n1001 27\n"))
        #expect(result.output.contains("CapEff:\t0000000000000000"))
        #expect(result.output.contains("CapPrm:\t0000000000000000"))
        #expect(result.output.contains("NoNewPrivs:\t1"))
        #expect(!result.output.contains("CapBnd:\t0000000000000000"))
    }

    @Test func rootHasDockersCapabilities() throws {
        let container = try ContainerFixture()
        let result = try container.run(
            ["grep", "Cap", "/proc/self/status"],
            setup: { $0.capabilities = ProcessCapabilities(granted: .standard, uid: 0) })
        #expect(result.output.contains("CapEff:\t00000000a80425fb"))
        #expect(result.output.contains("CapBnd:\t00000000a80425fb"))
    }

    @Test func filterIsLoadedBeforeExec() throws {
        let container = try ContainerFixture()
        // BPF: allow everything.
        let allow: [UInt8] = [6, 0, 0, 0, 0, 0, 0xff, 0x7f]
        let result = try container.run(
            ["grep", "Seccomp:", "/proc/self/status"],
            setup: {
                $0.seccomp = allow
                $0.capabilities = ProcessCapabilities(granted: .standard, uid: 0)
            })
        #expect(result.output == "Seccomp:\t2\n")
    }

    @Test func initReapsAndForwards() throws {
        let container = try ContainerFixture()
        let result = try container.run(
            ["sh", "-c", "echo $$; (true &); sleep 0.2; ps -o stat | grep -c Z; kill -9 $$"],
            setup: { $0.hasInit = true })
        #expect(result.output == "2\n0\n")
        #expect(result.exit == .exited(137))
    }

    @Test func terminalIsTheContainersOwn() throws {
        let container = try ContainerFixture()
        let (process, reader) = try container.start(
            ["sh", "-c", "stty size; tty; ls -l /dev/console > /dev/null && echo console > /dev/console"],
            extra: [.console(rows: 33, columns: 77, owner: 0)])
        close(reader)
        let taken = process.takeConsole()
        var output: [UInt8] = []
        if let master = taken {
            var chunk = [UInt8](repeating: 0, count: 512)
            while true {
                let count = read(master.rawValue, &chunk, chunk.count)
                if count <= 0 { break }
                output += chunk[..<count]
            }
        }
        #expect(String(decoding: output, as: UTF8.self) == "33 77\r\n/dev/pts/0\r\nconsole\r\n")
        #expect(try process.wait() == .exited(0))
    }

    @Test func readOnlyRootRefusesWritesAndTemporaryTakesThem() throws {
        let container = try ContainerFixture()
        var mounts = StandardMounts()
        mounts.isReadOnly = true
        mounts.volumes = StandardMounts.Temporary(target: "/scratch", data: "size=1m").childOperations
        let result = try container.run(
            ["sh", "-c", "touch /x 2>&1; touch /scratch/y && echo ok; touch /dev/shm/z && echo ok"], mounts: mounts)
        #expect(result.output == "touch: /x: Read-only file system\nok\nok\n")
    }

    @Test func volumeShowsFilesThroughTheContainersIDs() throws {
        let container = try ContainerFixture()
        try container.shell("mkdir \(container.directory)/volume && touch \(container.directory)/volume/file")
        let (writable, readOnly) = (container.program.newSlot(), container.program.newSlot())
        let volume = FilePath("\(container.directory)/volume")
        let steps = [
            TreeMount(source: volume, target: "/deep/data", map: container.map, slot: writable),
            TreeMount(source: volume, target: "/ro", isReadOnly: true, map: container.map, slot: readOnly),
        ]
        var mounts = StandardMounts()
        mounts.volumes = steps.flatMap(\.childOperations)
        let result = try container.run(
            ["sh", "-c", "stat -c %u /deep/data/file; touch /deep/data/new; touch /ro/new2 2>&1"], mounts: mounts,
            steps: steps)
        #expect(result.output == "0\ntouch: /ro/new2: Read-only file system\n")
        var status = stat()
        #expect(stat("\(volume)/new", &status) == 0)
        #expect(status.st_uid == 0, "on disk it is the host's root, as if the host had written it")
    }

    @Test func joiningEntersTheOthersNamespaces() throws {
        let donor = try ContainerFixture()
        let (first, reader) = try donor.start(["sleep", "100"])
        defer { close(reader) }
        let joins = try [NamespaceKind.user, .network].map {
            SpawnStep.Join($0, try first.namespace($0), path: "/proc/\(first.pid)/ns/\($0.procName)")
        }
        let container = try ContainerFixture()
        let result = try container.run(
            ["readlink", "/proc/self/ns/net"], new: [.mount, .uts, .ipc, .pid], joins: joins)
        #expect(result.exit == .exited(0))
        #expect(result.output == "net:[\(try first.namespace(.network).inode())]\n")
    }

    @Test func hostUserNamespaceNeedsNoMap() throws {
        let container = try ContainerFixture(map: IDMap(outside: 0, count: .max))
        let result = try container.run(
            ["sh", "-c", "id -u; readlink /proc/self/ns/user"], new: [.mount, .uts, .ipc, .pid, .network])
        #expect(result.output == "0\nuser:[\(try NamespaceHandle(.user).inode())]\n")
    }

    @Test func hostsProcessesAndQueuesAreSeenWhenShared() throws {
        let container = try ContainerFixture()
        var mounts = StandardMounts()
        mounts.proc = .host
        mounts.ipc = .host
        let result = try container.run(
            ["sh", "-c", "ls -d /proc/\(getpid()); readlink /proc/self/ns/pid; readlink /proc/self/ns/ipc"],
            mounts: mounts,
            new: [.user, .mount, .uts, .network])
        let pid = try NamespaceHandle(.pid).inode()
        let ipc = try NamespaceHandle(.ipc).inode()
        #expect(result.output == "/proc/\(getpid())\npid:[\(pid)]\nipc:[\(ipc)]\n")
    }

    @Test func writtenThroughRootIsTheDirectoryItself() throws {
        let container = try ContainerFixture()
        let result = try container.run(["touch", "/kept"], writesThrough: true)
        #expect(result.exit == .exited(0))
        var status = stat()
        #expect(stat("\(container.image)/kept", &status) == 0)
        #expect(status.st_uid == 0)
    }

    @Test func linkThatDanglesInTheImageGetsItsTarget() throws {
        let container = try ContainerFixture()
        try container.shell(
            "mkdir \(container.image)/etc && ln -s ../run/systemd/resolv.conf \(container.image)/etc/resolv.conf")
        let slot = container.program.newSlot()
        let file = TreeMount(source: "/etc/hostname", target: "/etc/resolv.conf", map: container.map, slot: slot)
        var mounts = StandardMounts()
        mounts.volumes = file.childOperations
        let result = try container.run(["cat", "/run/systemd/resolv.conf"], mounts: mounts, steps: [file])
        #expect(result.output == (try Files.text("/etc/hostname")))
    }

    @Test func endOfTheParentsSideEndsTheChild() throws {
        let stage = Stage()
        var program = ChildProgram()
        program.append([.awaitMaps, .becomeRoot, .awaitRelease, .pause])
        try SpawnStep(new: [.user, .pid], map: SubordinateIDs.mapForContainer(), program: program).apply(on: stage)
        let process = try #require(stage.resource(SpawnedProcess.self))
        shutdown(process.channel, CInt(SHUT_RDWR))
        #expect(try process.wait() == .exited(125))
    }

    @Test func namespacesThatCannotBeMadeAreNamed() throws {
        let stage = Stage()
        let nothing = try NamespaceHandle(path: "/proc/self/status")
        let step = SpawnStep(
            new: [], joins: [.init(.network, nothing, path: "/x")], map: IDMap(outside: 0, count: 1),
            program: ChildProgram())
        let error = #expect(throws: KernelError.self) { try step.apply(on: stage) }
        #expect(error?.description == "enter the network namespace /x: invalid argument")
    }

    /// Other suites open and close descriptors in this process meanwhile, some thirty at the most; a run that left one
    /// behind would leave a hundred here.
    @Test func nothingIsLeftBehind() throws {
        let before = try descriptors()
        for _ in 0..<100 {
            let container = try ContainerFixture()
            _ = try container.run(["true"])
            #expect(container.stage.undo.unwind() == [])
            // The layer is its maker's, who may start a container on it again.
            try container.shell("test -d \(container.directory)/layer/upper")
        }
        let left = try descriptors() - before
        #expect(left < 50, "\(left) descriptors more than before")
    }

    private func descriptors() throws -> Int {
        guard let directory = opendir("/proc/self/fd") else { throw Errno.current }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        return count
    }
}
