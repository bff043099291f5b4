import Testing

/// Images: imported, loaded, pulled from a real registry, and run as what they say they are.
@Suite struct ImageTests {
    private let host: FakeHost

    init() throws { host = try FakeHost() }

    /// Makes an image `box` of the busybox root file system, with lines of a Dockerfile.
    private func importBox(_ changes: String..., as name: String = "box") throws {
        let words = changes.flatMap { ["--change", $0] }
        let made = try host.minirun(["import"] + words + [try Places.busybox.get(), name])
        try #require(made.status == 0 && made.output.hasPrefix("sha256:"), "\(made)")
    }

    private func run(_ words: String...) throws -> Outcome { try host.minirun(words) }

    @Test func aRunDoesWhatTheImageSays() throws {
        try importBox(
            "ENV GREETING=\"good day\" PLACE=here", "WORKDIR /srv/www", "USER daemon",
            "ENTRYPOINT [\"/bin/sh\", \"-c\"]",
            "CMD [\"echo $GREETING $PLACE; pwd; id -un\"]", "LABEL tier=front")
        #expect(try run("run", "--rm", "box").output == "good day here\n/srv/www\ndaemon\n")
        #expect(
            try run("run", "--rm", "-e", "PLACE=there", "-u", "0", "-w", "/", "box").output
                == "good day there\n/\nroot\n")
        #expect(try run("run", "--rm", "box", "echo other").output == "other\n")
        #expect(try run("run", "--rm", "--entrypoint", "echo", "box", "x").output == "x\n")
        #expect(try run("run", "-d", "--name", "one", "--label", "mine=1", "box", "sleep 1000").status == 0)
        #expect(try host.inspect("one", "{{.Config.Labels.tier}} {{.Config.Labels.mine}}") == "front 1")
        #expect(try run("ps", "-q", "--filter", "label=tier=front").output != "")
    }

    @Test func exposedPortsStopSignalAndHealthCheckAreTheImages() throws {
        try importBox(
            "EXPOSE 80", "STOPSIGNAL USR1", "HEALTHCHECK CMD [\"test\", \"-e\", \"/tmp/well\"]",
            "CMD trap 'exit 7' USR1; touch /tmp/well; httpd -p 80 -h /etc; while :; do sleep 0.1; done")
        #expect(try run("run", "-d", "-P", "--health-interval", "100ms", "--name", "web", "box").status == 0)
        let port = try run("port", "web", "80").line.split(separator: ":").last.map(String.init)
        let number = try #require(port.flatMap { Int($0) })
        #expect(
            try eventually {
                try host.run("ip netns exec ext curl -sf http://192.168.66.11:\(number)/passwd").output.contains(
                    "root:")
            })
        #expect(try eventually { try host.inspect("web", "{{.State.Health.Status}}") == "healthy" })
        #expect(try run("stop", "web").status == 0)
        #expect(try host.status("web") == "exited 7")
    }

    @Test func whatAnImageSaysIsReadAsInADockerfile() throws {
        let made = try host.minirun(
            [
                "import", "-m", "by hand", "-c", #"LABEL a="x y" "b"=d e=f\ g h="say \"hi\"" i='$q \n'"#, "-c",
                #"LABEL old a "b" c"#,
            ]
                + [try Places.busybox.get(), "box"])
        #expect(made.status == 0, "\(made)")
        let format = "{{json .Config.Labels}} {{.Comment}}"
        #expect(
            try run("inspect", "-f", format, "box").line
                == #"{"a":"x y","b":"d","e":"f g","h":"say \"hi\"","i":"$q \\n","old":"a b c"} by hand"#)
        // What it does not say is empty, and no error.
        let empty = "{{.Config.Volumes}} {{.Config.Entrypoint}} [{{.Config.User}}] {{len .Config.ExposedPorts}}"
        #expect(try run("image", "inspect", "-f", empty, "box").line == "map[] [] [] 0")
    }

    @Test func inspectTakesWhateverHasTheName() throws {
        try importBox()
        #expect(try run("volume", "create", "data").status == 0)
        #expect(try run("inspect", "-f", "{{.Name}}", "data", "bridge").output == "data\nbridge\n")
        #expect(try run("inspect", "--type", "image", "-f", "{{index .RepoTags 0}}", "box").line == "box:latest")
        for (words, sentence) in [
            (["nope"], "No such object: nope"), (["--type", "volume", "box"], "No such volume: box"),
            (["--type", "x", "box"], "\"x\" is not a valid value for --type"),
        ] {
            let outcome = try host.minirun(["inspect"] + words)
            #expect(outcome.status != 0 && outcome.errors.contains(sentence), "\(outcome)")
        }
    }

    @Test func onlyMatchingImagesArePruned() throws {
        try importBox("LABEL tier=front")
        for filter in ["until=1h", "label=tier=back", "label!=tier"] {
            #expect(try run("image", "prune", "-af", "--filter", filter).output == "Total reclaimed space: 0B\n")
        }
        let declined = try host.run("echo n | minirun image prune -a")
        #expect(declined.status == 1 && declined.output.hasSuffix("[y/N] \nNothing is removed.\n"), "\(declined)")
        let pruned = try run("image", "prune", "-f", "--filter", "dangling=false", "--filter", "label=tier=front")
        #expect(pruned.output.contains("untagged: box:latest"), "\(pruned)")
    }

    @Test func aPlanSaysWhatTheImageSays() throws {
        try importBox(
            "EXPOSE 80 53/udp", "STOPSIGNAL USR1", "LABEL tier=front", "VOLUME /data", "USER daemon",
            "CMD httpd -f -p 80")
        // What `run` would write down, and publish.
        let plan = try run("plan", "run", "-d", "-P", "box")
        #expect(plan.status == 0)
        for word in [". 80 }", ". 53 }", "begins with what the image has at /data", "httpd"] {
            #expect(plan.output.contains(word), "\(word): \(plan)")
        }
        #expect(try run("volume", "ls", "-q").output == "")
        let record = try run("create", "-P", "--name", "made", "box")
        #expect(record.status == 0)
        #expect(try host.inspect("made", "{{.Config.StopSignal}} {{.Config.Labels.tier}}") == "USR1 front")
    }

    @Test func otherToolsReadTheLayoutAndWeReadTheirs() throws {
        try importBox("CMD echo hello")
        let layout = "oci:$MINIRUN_ROOT/images/oci:box:latest"
        for kind in ["docker-archive:/run/box.tar:box:latest", "oci-archive:/run/oci.tar:box:latest"] {
            let copied = try host.run("skopeo --insecure-policy copy \(layout) \(kind)")
            #expect(copied.status == 0, "\(copied)")
        }
        let id = try run("images", "-q", "--no-trunc", "box").line
        for load in ["load -i /run/box.tar", "load </run/box.tar", "load -i /run/oci.tar", "load </run/oci.tar"] {
            #expect(try run("rmi", "box").output == "Untagged: box:latest\nDeleted: \(id)\n")
            #expect(
                try host.run("ls $MINIRUN_ROOT/images/oci/blobs/sha256 $MINIRUN_ROOT/images/layers").output
                    .split(separator: "\n").allSatisfy { $0.hasSuffix(":") })
            #expect(try run("run", "--rm", "--pull", "never", "box").status == 125)
            let loaded = try host.run("minirun \(load)")
            #expect(loaded.output == "Loaded image: box:latest\n", "\(load): \(loaded)")
            #expect(try run("run", "--rm", "box").output == "hello\n")
        }
    }

    @Test func layersAreStackedAsTheyWereMade() throws {
        try importBox("CMD ls /data; cat /etc/passwd | head -n 1")
        // umoci adds layers: a file, a directory, a whiteout of one of them, a changed passwd.
        let made = try host.run(
            """
            set -e; cd /run; mkdir -p in/data; echo 1 >in/data/one; echo 2 >in/data/two; echo 'boss:x:0:0::/root:/bin/sh' >in/passwd
            skopeo --insecure-policy copy -q oci:$MINIRUN_ROOT/images/oci:box:latest oci:lay:a
            umoci insert --image lay:a in/data /data
            umoci insert --image lay:a --whiteout /data/one
            umoci insert --image lay:a in/passwd /etc/passwd
            skopeo --insecure-policy copy -q oci:lay:a oci-archive:/run/lay.tar:lay:a
            """)
        try #require(made.status == 0, "\(made)")
        #expect(try run("load", "-i", "/run/lay.tar").output == "Loaded image: lay:a\n")
        #expect(try run("image", "inspect", "-f", "{{len .RootFS.Layers}}", "lay:a").line == "4")
        #expect(try run("run", "--rm", "lay:a").output == "two\nboss:x:0:0::/root:/bin/sh\n")
        #expect(try run("run", "--rm", "-u", "boss", "lay:a", "id", "-u").output == "0\n")
        // Nothing that a container writes is in the image.
        #expect(try run("run", "--rm", "lay:a", "sh", "-c", "rm /data/two; echo x >/etc/passwd").status == 0)
        #expect(try run("run", "--rm", "lay:a").output == "two\nboss:x:0:0::/root:/bin/sh\n")
    }

    @Test func aRealRegistryServes() throws {
        try importBox("CMD echo pulled")
        let registry = try host.start(
            """
            mkdir -p /run/registry
            printf 'version: 0.1\\nstorage: {filesystem: {rootdirectory: /run/registry}}\\nhttp: {addr: 127.0.0.1:5000}\\n' >/run/registry.yml
            exec docker-registry serve /run/registry.yml >/run/registry.log 2>&1
            """)
        defer { withExtendedLifetime(registry) {} }
        #expect(try eventually { try host.run("curl -sf http://127.0.0.1:5000/v2/").status == 0 })
        let pushed = try host.run(
            """
            skopeo --insecure-policy copy -q --dest-tls-verify=false oci:$MINIRUN_ROOT/images/oci:box:latest \
                docker://127.0.0.1:5000/team/box:v1
            minirun rmi box
            """)
        #expect(pushed.status == 0, "\(pushed)")
        let name = "127.0.0.1:5000/team/box:v1"
        let refused = try run("pull", "--tls-verify=true", name)
        #expect(refused.status == 125 && refused.errors.contains("pull \(name): "), "\(refused)")
        #expect(refused.errors.contains("HTTPS client (--tls-verify=false)"), "\(refused)")
        let other = try run("pull", "--platform", "linux/arm64", name)
        #expect(other.status == 125 && other.errors.contains("does not match the specified platform"), "\(other)")
        #expect(try run("images", "-q").output == "")
        // As with Docker the host's own registry needs no certificate.
        let pulled = try run("pull", name)
        #expect(pulled.status == 0 && pulled.output == "\(name)\n", "\(pulled)")
        #expect(try run("run", "--rm", name).output == "pulled\n")
        let digest = try run("image", "inspect", "-f", "{{index .RepoDigests 0}}", name).line
        #expect(digest.hasPrefix("127.0.0.1:5000/team/box@sha256:"))
        #expect(try run("rmi", name).status == 0)
        // By its digest, fetched by `run`; the output is the container's alone.
        let byDigest = try run("run", "--rm", "--tls-verify=false", digest)
        #expect(byDigest.output == "pulled\n" && byDigest.errors.contains("Unable to find image"), "\(byDigest)")
        for (missing, sentence) in [
            ("127.0.0.1:5000/team/none:v1", "manifest unknown"), ("127.0.0.1:5001/team/box:v1", "connection refused"),
        ] {
            let outcome = try run("pull", "--tls-verify=false", missing)
            #expect(outcome.status == 125 && outcome.errors.contains(sentence), "\(outcome)")
        }
        // A registry whose blob is another than its digest says.
        try host.run(
            """
            minirun rmi \(digest)
            for file in /run/registry/docker/registry/v2/blobs/sha256/*/*/data; do
                [ "$(stat -c %s "$file")" -gt 100000 ] && printf 'x' | dd of="$file" bs=1 seek=1000 conv=notrunc 2>/dev/null
            done
            """)
        let broken = try run("pull", "--tls-verify=false", name)
        #expect(broken.status == 125 && broken.errors.contains("pull \(name): "), "\(broken)")
        #expect(try run("images", "-q").output == "")
        #expect(try host.run("find $MINIRUN_ROOT/images -type f -size +20k").output == "")
    }

    @Test func namesAndRemoval() throws {
        try importBox("CMD echo hello")
        let id = try run("images", "-q", "box").line
        #expect(try run("tag", "box", "host:5000/a/b:v2").status == 0)
        #expect(
            try run("images", "--format", "{{.Repository}}:{{.Tag}}").output == "box:latest\nhost:5000/a/b:v2\n")
        #expect(try run("rmi", id).errors.contains("must be forced"))
        // A name that looks like another image's id leads nobody astray.
        let whole = try run("images", "-q", "--no-trunc", "box").line
        try importBox("CMD echo astray", as: "stray")
        #expect(try run("tag", "stray", whole).status == 0)
        #expect(try run("run", "--rm", whole).output == "hello\n")
        #expect(try run("rmi", "docker.io/library/\(whole)", "stray").status == 0)
        #expect(try run("rmi", "host:5000/a/b:v2").output == "Untagged: host:5000/a/b:v2\n")
        #expect(try run("create", "--name", "user", "box").status == 0)
        let used = try run("rmi", "box")
        #expect(used.status == 1 && used.errors.contains("is using its referenced image \(id)"), "\(used)")
        #expect(try run("rmi", "-f", "box").output == "Untagged: box:latest\n")
        // The container keeps what it was made of, also when its name leads elsewhere.
        try importBox("CMD echo other")
        #expect(try run("start", "-a", "user").output == "hello\n")
        #expect(try run("run", "--rm", "box").output == "other\n")
        #expect(try run("image", "prune", "-f").output == "Total reclaimed space: 0B\n")
        #expect(try run("rm", "user").status == 0)
        #expect(try run("image", "prune", "-f").output.contains("deleted: sha256:\(id)"))
        #expect(try run("image", "prune", "-af").output.contains("untagged: box:latest"))
        #expect(try run("images", "-q").output == "")
    }

    @Test func whatIsThereIsCountedAndCleared() throws {
        try importBox("CMD echo hello")
        try importBox("CMD echo other", as: "second")
        #expect(try run("create", "--name", "user", "-v", "/data", "box").status == 0)
        let table = try run("system", "df", "--format", "{{.Type}} {{.TotalCount}} {{.Active}}")
        #expect(table.output == "Images 2 1\nContainers 1 0\nLocal Volumes 1 1\n", "\(table)")
        // Both images have the same layer, which counts once: as it came, and unpacked.
        let layer = try run("image", "inspect", "-f", "{{.Size}}", "box").line
        let blobs = try host.run("cat $MINIRUN_ROOT/images/oci/blobs/sha256/* | wc -c").line
        let size = try (#require(Double(layer)) + #require(Double(blobs))) / 1e6
        let sizes = try run("system", "df", "--format", "{{.Size}}").output
        let shown = sizes.split(separator: "\n").first.map(String.init) ?? ""
        #expect(shown.hasSuffix("MB") && abs((Double(shown.dropLast(2)) ?? 0) - size) < 0.1, "\(shown) \(size)")
        #expect(try run("system", "info", "-f", "{{.Images}}").line == "2")
        let detailed = try run("system", "df", "-v")
        for word in ["Images space usage:\n\nREPOSITORY", "second ", "user\n", "\n\nVOLUME NAME", " 1         0B\n"] {
            #expect(detailed.output.contains(word), "\(word): \(detailed)")
        }
        #expect(try run("system", "prune", "-af", "--volumes", "--filter", "label=nobodys").output.hasPrefix("Total"))
        #expect(try run("rm", "-v", "user").status == 0)
        // What a killed process has left counts as well.
        try host.run("cd $MINIRUN_ROOT/images && mkdir -p incoming/x && head -c 300000 /dev/zero >incoming/x/blob")
        let reclaimable = try run("system", "df", "--format", "{{.Reclaimable}}").output.split(separator: "\n")
        let promised = reclaimable.first.map(String.init) ?? ""
        #expect(promised.hasSuffix(" (100%)"))
        let cleared = try run("system", "prune", "-af", "--volumes")
        #expect(cleared.output.contains("untagged: second:latest"))
        #expect(cleared.output.hasSuffix("Total reclaimed space: \(promised.dropLast(7))\n"), "\(promised) \(cleared)")
        #expect(
            try run("system", "df", "--format", "{{.Type}} {{.TotalCount}}").output
                == "Images 0\nContainers 0\nLocal Volumes 0\n")
    }

    @Test(arguments: [
        (["pull", "Nginx"], 125, "repository name (library/Nginx) must be lowercase"),
        (["pull", "a b"], 125, "invalid reference format"),
        (["run", "--rm", "--pull", "never", "nothere"], 125, "No such image: nothere"),
        (["run", "--rm", "--pull", "soon", "box"], 125, "invalid pull option: 'soon'"),
        (["load", "-i", "/nothere.tar"], 125, "open /nothere.tar: no such file or directory"),
        (["load", "-i", "/etc/passwd"], 125, "load /etc/passwd: "),
        (["import", "--change", "FROM x", "/etc", "y"], 125, "FROM is none of"),
        (["image", "inspect", "nothere"], 1, "No such image: nothere"),
        (["rmi", "nothere"], 1, "No such image: nothere"),
    ])
    func whatCannotBe(_ words: [String], status: Int32, sentence: String) throws {
        let outcome = try host.minirun(words)
        #expect(outcome.status == status && outcome.errors.contains(sentence), "\(outcome)")
        #expect(
            try host.run("find $MINIRUN_ROOT/images -type f ! -name lock ! -name index.json ! -name oci-layout").output
                == "")
    }
}
