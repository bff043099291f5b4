import CShim
import Testing

@Suite("About itself minirun tells")
struct SystemTests {
    @Test("its version and what the kernel can do, and leaves nothing behind")
    func version() throws {
        let host = try FakeHost()
        let look = "ip -br link; ls /proc | grep -c '^[0-9]'; wc -l </proc/self/mountinfo"
        let before = try host.run(look).output
        let text = try host.minirun(["version"])
        #expect(text.status == 0 && text.output.hasPrefix("minirun:\n Version: "), "\(text)")
        for feature in [
            "user namespaces", "idmapped mounts", "nftables", "vxlan", "macvlan", "ipvlan", "control groups",
        ] {
            #expect(text.output.contains("  \(feature) "), "\(feature): \(text)")
        }
        #expect(try host.run(look).output == before)
        let number = try host.minirun(["--version"]).line
        #expect(try host.minirun(["version", "--format", "{{.Client.Version}}"]).line == number)
        #expect(try host.minirun(["version", "-f", "json"]).output.hasPrefix("{\"Client\":{\"Version\":\"\(number)\""))
        #expect(try host.minirun(["version", "-f", "{{.Nothing"]).status != 0)
    }

    @Test("only features that are there", .enabled(if: geteuid() == 0, "needs real root"))
    func features() throws {
        let host = try FakeHost()
        let format = "{{range .Client.Features}}{{.Name}}={{.Present}}\n{{end}}"
        let found = try host.minirun(["version", "-f", format]).output
        for kind in ["veth", "bridge", "macvlan", "ipvlan", "vxlan"] {
            // What ip(8) says of the same, in a namespace of its own.
            let own = kind.hasPrefix("v") ? "" : "link low0 "
            let more = kind == "vxlan" ? "id 7 dstport 4789" : ""
            let add = kind == "bridge" ? "type bridge" : "\(own)type \(kind) \(more)"
            let made = try host.run("unshare -n sh -c 'ip link add name low0 type veth && ip link add name x0 \(add)'")
            #expect(found.contains("\(kind)=\(made.status == 0)\n"), "\(found) \(made)")
        }
        #expect(
            found.contains("user namespaces=true\n") && found.contains("nftables socket expression=true\n"), "\(found)")
    }

    @Test("how many containers there are, under either name")
    func info() throws {
        let host = try FakeHost()
        try host.detached(["--net", "none", "--name", "on"], ["sleep", "1000"])
        try host.detached(["--net", "none", "--name", "off"], ["true"])
        #expect(eventually { (try? host.status("off").hasPrefix("exited")) == true })
        let format = "{{.Containers}} {{.ContainersRunning}} {{.ContainersPaused}} {{.ContainersStopped}} {{.Networks}}"
        #expect(try host.minirun(["system", "info", "-f", format]).line == "2 1 0 1 3")
        let text = try host.minirun(["info"])
        #expect(
            text.status == 0 && text.output.hasPrefix("Containers: 2\n Running: 1\n Paused: 0\n Stopped: 1\n"),
            "\(text)")
        #expect(text.output.contains("\nKernel Version: ") && text.output.contains("\nRoot Dir: /run/minirun-root\n"))
        #expect(try host.run("test \"$(minirun info)\" = \"$(minirun system info)\"").status == 0)
    }

    @Test("how much room it has got back, of containers, volumes and images together")
    func pruned() throws {
        let host = try FakeHost()
        let write = ["/f", "/data/f"].map { "dd if=/dev/zero of=\($0) bs=4096 count=100 2>/dev/null" }
        #expect(try host.runContainer(["--net", "none", "-v", "/data"], write.joined(separator: ";")).status == 0)
        let pruned = try host.minirun(["system", "prune", "-f", "--volumes"])
        #expect(pruned.status == 0 && pruned.output.contains("Deleted Containers:\n"), "\(pruned)")
        let total = pruned.output.split(separator: "\n").last.map(String.init) ?? ""
        // 409.6 kB each, and the small files beside them.
        #expect(total.hasPrefix("Total reclaimed space: 8") && total.hasSuffix("kB"), "\(pruned)")
        #expect(try host.minirun(["system", "prune", "-f"]).output == "Total reclaimed space: 0B\n")
    }
}
