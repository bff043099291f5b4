import CShim
import Testing

/// Faults of the host, not of the user: each a clear error or a right answer, nothing lost, nobody else hurt.
@Suite("A fault of the host")
struct FaultTests {
    @Test("a full disk stops a new container with a sentence, and loses nothing of those there are")
    func fullDisk() throws {
        let host = try FakeHost()
        let root = try Places.busybox.get()
        try host.run("mkdir -p /run/small && mount -t tmpfs -o size=256k,nr_inodes=200 tmpfs /run/small")
        let small = ["--root", "/run/small"]
        try host.minirun(small + ["run", "-d", "--name", "there", root, "sh", "-c", "sleep 0.6; exit 3"])
        try host.run("cat /dev/zero > /run/small/filler 2>/dev/null; true")
        let fresh = try host.minirun(small + ["run", "-d", "--name", "late", root, "true"])
        #expect(fresh.status == 125, "\(fresh)")
        #expect(fresh.errors.contains("no space left on device") && fresh.errors.contains("/run/small"), "\(fresh)")
        // One that ends meanwhile cannot have its record written: its exit code is not lost all the same.
        #expect(try eventually { try host.minirun(small + ["ps", "-q"]).output == "" })
        try host.run("rm /run/small/filler")
        let state = try host.minirun(small + ["inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "there"])
        #expect(state.line == "exited 3", "\(state)")
        #expect(try host.minirun(small + ["ps", "-aq"]).output.split(separator: "\n").count == 1)
    }

    @Test("a read-only state directory is an error that names it")
    func readOnly() throws {
        let host = try FakeHost()
        let root = try Places.busybox.get()
        try host.run("mkdir -p /run/fixed && mount -t tmpfs tmpfs /run/fixed && mount -o remount,ro /run/fixed")
        for place in ["--root", "--state"] {
            let outcome = try host.minirun([place, "/run/fixed", "run", "-d", root, "true"])
            #expect(outcome.status == 125, "\(place): \(outcome)")
            #expect(
                outcome.errors.contains("/run/fixed") && outcome.errors.contains("read-only file system"),
                "\(place): \(outcome)")
        }
        #expect(try host.minirun(["run", "--rm", root, "echo", "alive"]).line == "alive")
    }

    @Test("a truncated record is named, and takes nobody else down", arguments: ["", "{\"id\": \"x", "null"])
    func truncatedRecord(content: String) throws {
        let host = try FakeHost()
        try host.detached(["--name", "fine"], ["sleep", "1000"])
        let id = try host.detached(["--name", "hurt"], ["sleep", "1000"])
        try host.run("printf %s \"$1\" > \"$MINIRUN_ROOT/containers/\(id)/container.json\"", [content])
        let list = try host.minirun(["ps"])
        #expect(list.status == 0 && list.output.contains("fine") && !list.output.contains("hurt"), "\(list)")
        #expect(list.errors.contains("container.json is damaged"), "\(list)")
        #expect(try host.minirun(["stop", "-t", "0", "fine"]).status == 0)
        let removed = try host.minirun(["rm", "-f", "hurt"])
        #expect(removed.status == 1 && removed.errors.contains("container.json is damaged"), "\(removed)")
    }

    @Test("a number that a stranger has got since is left alone")
    func reusedProcess() throws {
        let host = try FakeHost()
        let id = try host.detached(["--name", "web"], ["sleep", "1000"])
        let stranger = try host.start("exec sleep 1000")
        let pid = try host.run("pgrep -n -x sleep").line
        try host.run("kill -9 \(host.supervisor("web"))")
        // As if the container's first process had had the number that the stranger has now.
        try host.run(
            "f=\"$MINIRUN_ROOT/containers/\(id)/container.json\"; sed -i '/\"process\"/,/}/s/\"pid\": [0-9]*/\"pid\": \(pid)/' $f"
        )
        #expect(try host.minirun(["ps", "-q"]).output == "")
        #expect(try host.status("web") == "exited 137")
        #expect(try host.minirun(["stop", "web"]).status == 0)
        #expect(try host.minirun(["kill", "web"]).status == 1)
        #expect(try host.minirun(["rm", "-f", "web"]).status == 0)
        #expect(stranger.isRunning)
    }

    @Test("a supervisor that stands still is no reason to lose the container")
    func stoppedSupervisor() throws {
        let host = try FakeHost()
        try host.detachedServer(["--name", "web", "-p", "8080:80"])
        let supervisor = try host.supervisor("web")
        try host.run("kill -STOP \(supervisor)")
        #expect(try eventually { try host.fetch(as: .neighbour, port: 8080).line.contains(FakeHost.neighbour) })
        #expect(try host.minirun(["ps", "-q"]).output != "")
        try host.run("kill -CONT \(supervisor)")
        #expect(try host.minirun(["rm", "-f", "web"]).status == 0)
    }
}
