import MiniRun
import Testing

@Suite("Completion of run")
struct CompletionTests {
    /// What is offered for the last of the words, as bash splits them.
    private func offered(_ line: String...) -> [String] {
        let completion = RunCompletion(StatePaths(root: "/nonexistent", state: "/nonexistent"))
        return completion.candidates(words: ["minirun"] + line, index: line.count, prefix: line.last ?? "")
    }

    @Test("options, also behind plan")
    func options() {
        #expect(offered("run", "--na") == ["--name"])
        #expect(offered("plan", "run", "--rm", "--ne") == ["--network", "--network-alias"])
        #expect(offered("plan", "r") == ["run"])
        #expect(!offered("run", "--").contains("--version"))
    }

    @Test("an image, behind whatever options")
    func image() {
        #expect(offered("run", "bus") == ["busybox"])
        #expect(offered("run", "-it", "--rm", "bus") == ["busybox"])
        #expect(offered("run", "-p", "8080", ":", "80", "bus") == ["busybox"])
        #expect(offered("run", "--name", "=", "web", "bus") == ["busybox"])
        #expect(offered("run", "--name", "bus").isEmpty)
        #expect(offered("run", "oc") == ["oci:"])
        #expect(offered("run", "oci", ":", "/pro").contains("/proc/"))
        #expect(offered("run", "busybox", "bus").isEmpty)
    }

    @Test("directories as roots, files for options that take them")
    func files() {
        #expect(offered("run", "/pro").contains("/proc/"))
        #expect(!offered("run", "/proc/self/stat").contains("/proc/self/status"))
        #expect(offered("run", "--env-file", "/proc/self/statu") == ["/proc/self/status"])
        #expect(offered("run", "-v", "/proc/self/n").contains("/proc/self/net/"))
    }

    @Test("values; of a split word only what follows")
    func values() {
        #expect(offered("run", "--net", "n") == ["none", "ns:"])
        #expect(offered("run", "--net", "=", "ho") == ["host"])
        #expect(offered("run", "--network=ho") == ["--network=host"])
        #expect(offered("run", "--userns", "") == ["private", "auto", "keep-id", "host"])
    }
}
