import Testing

/// Images that are taken away while containers start from them.
@Suite("An image that is removed during a start")
struct ImageRemovalTests {
    private let host: FakeHost

    init() throws {
        host = try FakeHost()
        let made = try host.minirun(["import", "--change", "CMD echo whole", try Places.busybox.get(), "box"])
        try #require(made.status == 0, "\(made)")
    }

    @Test("stays until the container can be seen, and is then in use", arguments: [["--rm"], ["-d"]])
    func slowStart(_ options: [String]) throws {
        // Between the look at the record and the mount of the layers.
        let slow = try host.start(
            "exec strace -f -qq -o /run/trace -e trace=open_tree -e inject=open_tree:delay_enter=300000:when=1 minirun \"$@\"",
            ["run"] + options + ["--name", "slow", "--pull", "never", "box", "sh", "-c", "echo whole; sleep 2"])
        #expect(try eventually { try host.run("grep -q open_tree /run/trace").status == 0 })
        for words in [["rmi", "-f", "box"], ["image", "prune", "-af"]] {
            let removal = try host.minirun(words)
            #expect(removal.output == "" || removal.output == "Total reclaimed space: 0B\n", "\(words): \(removal)")
            #expect(
                words[0] != "rmi" || removal.status == 1 && removal.errors.contains("running container"), "\(removal)")
        }
        #expect(try slow.wait().status == 0)
        #expect(try host.minirun(["logs", "slow"]).output == "whole\n" || slow.output == "whole\n")
    }

    @Test("makes each start a whole one, or one that says that there is no such image")
    func removalsAndStarts() throws {
        let saved = try host.run(
            "skopeo --insecure-policy copy -q oci:$MINIRUN_ROOT/images/oci:box:latest oci-archive:/run/box.tar:box:latest"
        )
        try #require(saved.status == 0, "\(saved)")
        let starter = try host.start(
            """
            while [ ! -e /run/enough ]; do
                word=$(minirun run --rm --net none --pull never box 2>&1)
                echo "$? $word"
                sleep 0.01
            done
            """)
        // A container that runs is a reason to refuse, so a removal may take several attempts.
        let rounds = try host.run(
            """
            end=$(($(date +%s) + 4))
            while [ "$(date +%s)" -lt $end ]; do
                minirun load -q -i /run/box.tar || exit
                sleep 0.03
                until minirun rmi -f box 2>/dev/null; do :; done
                sleep 0.03
            done
            touch /run/enough
            """, within: 60)
        #expect(rounds.status == 0 && rounds.errors == "", "\(rounds)")
        #expect(rounds.output.contains("Deleted: "))
        let answers = try starter.wait(within: 30).output.split(separator: "\n")
        let counts = Dictionary(answers.map { ($0, 1) }, uniquingKeysWith: +)
        let expected: Set<Substring> = ["0 whole", "125 minirun: No such image: box"]
        #expect(Set(counts.keys) == expected, "\(counts)")
        // Who came too late may have left a lock.
        let left = try host.run(
            """
            touch $MINIRUN_ROOT/images/records/$(printf %064d 0).users
            minirun image prune -f >/dev/null; ls -A $MINIRUN_ROOT/images/records
            """)
        #expect(left.output == "", "\(left)")
    }
}
