import CShim
import Testing

@Suite("A detached container")
struct DetachedTests {
    @Test("runs on when its command line has ended, and keeps nothing of it")
    func runsOn() throws {
        let host = try FakeHost()
        // A substitution waits until nobody has its pipe any more.
        let id = try host.run(
            "id=$(minirun run -d --name web -p 8080:80 \"$1\" sh -c \"$2\" 2>&1); echo \"$id\"",
            [Places.busybox.get(), webServer + "\nexec sleep 1000"]
        ).line
        #expect(id.count == 64, "\(id)")
        #expect(try eventually { try host.fetch(as: .neighbour, port: 8080).line.contains(FakeHost.neighbour) })
        #expect(try host.minirun(["ps", "-q", "--no-trunc"]).line == id)
        let supervisor = "/proc/" + (try host.supervisor("web"))
        let open = try host.run("readlink \(supervisor)/fd/0 \(supervisor)/fd/1 \(supervisor)/fd/2 \(supervisor)/cwd")
        #expect(open.output == "/dev/null\n/dev/null\n/dev/null\n/\n", "\(open)")
    }

    @Test("stops when asked, is killed when it does not listen, and starts again")
    func stopAndStart() throws {
        let host = try FakeHost()
        try host.detached(["--name", "polite"], ["sh", "-c", "trap 'exit 7' TERM; while :; do sleep 0.05; done"])
        try host.detached(["--name", "deaf"], ["sh", "-c", "trap '' TERM; while :; do sleep 0.05; done"])
        #expect(try host.status("polite") == "running 0")
        let outcome = try host.minirun(["stop", "-t", "1", "polite", "deaf"])
        #expect(outcome.status == 0 && outcome.output == "polite\ndeaf\n", "\(outcome)")
        #expect(try host.status("polite") == "exited 7")
        #expect(try host.status("deaf") == "exited 137")
        #expect(try host.minirun(["ps", "-q"]).output == "")
        #expect(try host.minirun(["ps", "-aq"]).output.split(separator: "\n").count == 2)
        #expect(try host.minirun(["start", "polite"]).line == "polite")
        #expect(try host.status("polite") == "running 0")
        // Both are as they should be already.
        #expect(try host.minirun(["start", "polite"]).status == 0)
        #expect(try host.minirun(["stop", "deaf"]).status == 0)
    }

    @Test("keeps what it wrote until it is removed")
    func keepsItsLayer() throws {
        let host = try FakeHost()
        try host.detached(["--name", "writer"], ["sh", "-c", "echo x >> /file; [ $(wc -l < /file) -lt 3 ]"])
        for code in [0, 0, 1] {
            #expect(try host.minirun(["wait", "writer"]).line == "\(code)")
            try host.minirun(["start", "writer"])
        }
        try host.minirun(["wait", "writer"])
        #expect(try host.minirun(["rm", "writer"]).line == "writer")
        #expect(
            try host.run("find \"$MINIRUN_ROOT/containers\" \"$MINIRUN_STATE/containers\" -mindepth 1").output == "")
    }

    @Test("is told apart by name, id and beginnings of ids; each of several names is answered")
    func names() throws {
        let host = try FakeHost()
        let first = try host.detached(["--name", "first"], ["sleep", "1000"])
        try host.detached([], ["sleep", "1000"])
        let second = try host.minirun(["ps"]).output.split(separator: "\n")[1]
        let generated = second.split(separator: " ").last.map(String.init) ?? ""
        #expect(generated.contains("_"), "\(generated)")
        let outcome = try host.minirun(["stop", "-t", "0", "nobody", first, String(first.prefix(6)), generated])
        #expect(outcome.status == 1)
        #expect(outcome.output == "\(first)\n\(first.prefix(6))\n\(generated)\n")
        #expect(outcome.errors == "minirun: No such container: nobody\n")
        let taken = try host.minirun(["run", "-d", "--name", "first", Places.busybox.get(), "true"])
        #expect(taken.status == 125 && taken.errors.contains("is already in use by container \"\(first)\""), "\(taken)")
    }

    @Test("takes another name while it runs, and the old one is free")
    func rename() throws {
        let host = try FakeHost()
        try host.detached(["--name", "before"], ["sleep", "1000"])
        #expect(try host.minirun(["rename", "before", "after"]).status == 0)
        #expect(try host.minirun(["inspect", "before"]).status == 1)
        #expect(try host.minirun(["rename", "after", "after"]).status == 1)
        try host.detached(["--name", "before"], ["sleep", "1000"])
        let taken = try host.minirun(["rename", "before", "after"])
        #expect(taken.status != 0 && taken.errors.contains("already in use"), "\(taken)")
        #expect(try host.minirun(["stop", "-t", "0", "after"]).line == "after")
        #expect(try host.status("after") == "exited 137")
        #expect(try host.status("before") == "running 0")
    }

    @Test("is removed when it has stopped, by force when it runs")
    func remove() throws {
        let host = try FakeHost()
        try host.detached(["--name", "web", "-p", "8080:80"], ["sleep", "1000"])
        let refused = try host.minirun(["rm", "web"])
        #expect(refused.status == 1)
        #expect(
            refused.errors.contains(
                "cannot remove container \"web\": container is running: stop the container before removing or force remove"
            ))
        let forced = try host.minirun(["rm", "-f", "web", "nobody"])
        #expect(forced.status == 0 && forced.output == "web\n" && forced.errors.contains("No such container: nobody"))
        #expect(try host.minirun(["rm", "nobody"]).status == 1)
        try host.detached(["--name", "gone", "--rm"], ["true"])
        #expect(try eventually { try host.minirun(["ps", "-aq"]).output == "" })
    }

    @Test("that cannot start leaves nothing when it is new, and its reason when it is not")
    func failingStart() throws {
        let host = try FakeHost()
        let web = try host.container(["--name", "holder", "-p", "8080:80"])
        let before = try host.quietState()
        let fresh = try host.minirun(["run", "-d", "--name", "late", "-p", "8080:80", Places.busybox.get(), "true"])
        #expect(fresh.status == 125 && fresh.errors.contains("port is already allocated"), "\(fresh)")
        #expect(try host.minirun(["run", "-d", Places.busybox.get(), "no-such-program"]).status == 127)
        let after = try host.settledState(like: before)
        #expect(after == before, "\(before.difference(to: after))")
        try host.minirun(["create", "--name", "late", "-p", "8080:80", Places.busybox.get(), "sleep", "1000"])
        #expect(try host.status("late") == "created 0")
        let start = try host.minirun(["start", "late"])
        #expect(start.status == 1 && start.errors.contains("port is already allocated"), "\(start)")
        #expect(try host.inspect("late", "{{.State.Error}}").contains("port is already allocated"))
        host.signal(web, SIGKILL)
        try web.wait()
        #expect(try host.minirun(["start", "late"]).status == 0)
        #expect(try host.status("late") == "running 0")
    }

    @Test("means the same wherever it is started")
    func anchored() throws {
        let host = try FakeHost()
        let outcome = try host.run(
            """
            mkdir -p /run/here/data; cd /run/here; echo found > data/note; echo FROM_FILE=1 > env
            FROM_SHELL=2 minirun create --name moved -v ./data:/data --env-file env -e FROM_SHELL "$1" \
                sh -c 'cat /data/note; echo $FROM_FILE $FROM_SHELL' >/dev/null
            rm env; cd /; minirun start -a moved
            """, [Places.busybox.get()])
        #expect(outcome.output == "found\n1 2\n", "\(outcome)")
    }
}
