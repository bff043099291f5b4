import Testing

/// What goes wrong while an image comes: a plain sentence, and the store as before.
@Suite("An image that does not come whole")
struct ImageFaultTests {
    private let host: FakeHost

    init() throws { host = try FakeHost() }

    private func run(_ words: String...) throws -> Outcome { try host.minirun(words) }

    private func importBox() throws {
        let made = try host.minirun(["import", "--change", "CMD echo hello", try Places.busybox.get(), "box"])
        try #require(made.status == 0, "\(made)")
    }

    /// What the store has; of a layer only that it is there.
    private func store(_ place: String = "$MINIRUN_ROOT") throws -> String {
        try host.run(
            """
            cd \(place)/images && find oci records names -type f -exec sha256sum {} + 2>/dev/null | sort
            find layers incoming -mindepth 1 -maxdepth 1 2>/dev/null | sort
            """
        ).output
    }

    @Test("because the disk is full leaves the store as it was")
    func fullDisk() throws {
        let made = try host.run(
            """
            set -e; mkdir -p /run/small /run/tiny/bin; cp /bin/busybox /run/tiny/bin/sh
            minirun import --change 'CMD echo hello' "$1" box >/dev/null
            for kind in docker-archive oci-archive; do
                skopeo --insecure-policy copy -q oci:$MINIRUN_ROOT/images/oci:box:latest $kind:/run/$kind.tar:box:latest
            done
            skopeo --insecure-policy copy -q oci:$MINIRUN_ROOT/images/oci:box:latest oci:/run/lay:box:latest
            mount -t tmpfs -o size=7m small /run/small; mkdir /run/small/images
            minirun --root /run/small import -c 'CMD ["/bin/sh", "-c", "echo small"]' /run/tiny tiny >/dev/null
            """, [Places.busybox.get()])
        try #require(made.status == 0, "\(made)")
        let before = try store("/run/small")
        for words in [
            ["load", "-i", "/run/docker-archive.tar"], ["load", "-i", "/run/oci-archive.tar"],
            ["import", try Places.busybox.get(), "other"], ["run", "--rm", "oci:/run/lay"],
        ] {
            let outcome = try host.minirun(["--root", "/run/small"] + words)
            #expect(
                outcome.status == 125 && outcome.errors.lowercased().contains("no space left on device"),
                "\(words): \(outcome)")
            #expect(outcome.output == "", "\(words): \(outcome)")
            #expect(try store("/run/small") == before, "\(words)")
        }
        #expect(try run("--root", "/run/small", "run", "--rm", "--net", "none", "tiny").output == "small\n")
    }

    @Test("because its archive ends too early or has xz or bzip2 in it is refused")
    func brokenArchives() throws {
        let made = try host.run(
            """
            set -e; cd /run; mkdir tree; echo 1 >tree/one; tar -C tree -cf tree.tar .
            minirun import --change 'CMD echo hello' "$1" box >/dev/null
            skopeo --insecure-policy copy -q oci:$MINIRUN_ROOT/images/oci:box:latest oci-archive:/run/box.tar:box:latest
            head -c 300000 box.tar >half.tar
            # Archives, and layouts whose layer is what no manifest must have.
            python3 - <<'EOF'
            import bz2, hashlib, json, lzma, os
            def read(name): return open(name, "rb").read()
            def keep(folder, data):
                name = hashlib.sha256(data).hexdigest()
                open(folder + "/blobs/sha256/" + name, "wb").write(data)
                return {"digest": "sha256:" + name, "size": len(data)}
            diff = "sha256:" + hashlib.sha256(read("tree.tar")).hexdigest()
            for kind, module in ("xz", lzma), ("bzip2", bz2):
                for name in "tree", "half": open(name + "." + kind, "wb").write(module.compress(read(name + ".tar")))
                folder = "lay-" + kind
                os.makedirs(folder + "/blobs/sha256")
                config = {"os": "linux", "rootfs": {"type": "layers", "diff_ids": [diff]}}
                manifest = {
                    "schemaVersion": 2, "config": keep(folder, json.dumps(config).encode()),
                    "layers": [keep(folder, read("tree." + kind))]}
                index = {"schemaVersion": 2, "manifests": [keep(folder, json.dumps(manifest).encode())]}
                open(folder + "/index.json", "w").write(json.dumps(index))
            EOF
            """, [Places.busybox.get()])
        try #require(made.status == 0, "\(made)")
        let before = try store()
        let known = "only gzip and zstd are read"
        for (words, sentences) in [
            (["load", "-i", "/run/half.tar"], ["load /run/half.tar: ", "truncated"]),
            (["load", "-i", "/run/half.xz"], ["load /run/half.xz: it is compressed by xz", known]),
            (["load", "-i", "/run/half.bzip2"], ["load /run/half.bzip2: it is compressed by bzip2", known]),
            (["import", "/run/tree.xz", "x"], ["import /run/tree.xz: it is compressed by xz", known]),
            (["run", "oci:/run/lay-xz"], ["oci:/run/lay-xz: layer sha256:", "it is compressed by xz", known]),
            (["run", "oci:/run/lay-bzip2"], ["layer sha256:", "it is compressed by bzip2", known]),
        ] {
            let outcome = try host.minirun(words)
            #expect(outcome.status == 125 && outcome.output == "", "\(outcome)")
            #expect(sentences.allSatisfy(outcome.errors.contains), "\(words): \(outcome)")
            #expect(try store() == before, "\(words)")
        }
        let loaded = try host.run("cat /run/half.xz | minirun load")
        #expect(loaded.status == 125 && loaded.errors.contains("it is compressed by xz"), "\(loaded)")
        let piped = try host.run("minirun import - x </run/tree.bzip2")
        #expect(piped.status == 125 && piped.errors.contains("it is compressed by bzip2"), "\(piped)")
        #expect(try store() == before)
    }

    /// A registry that is a layout, and breaks off in the middle of a layer; then it is gone.
    private static let halfRegistry = """
        import http.server, json, os, sys
        layout = sys.argv[1]
        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *words): pass
            def do_HEAD(self): self.do_GET()
            def do_GET(self):
                index = json.load(open(layout + "/index.json"))["manifests"][0]
                part = self.path.split("/")[-1]
                if self.path == "/v2/": return self.give(b"{}", "application/json")
                name = index["digest"] if part == "latest" else part
                data = open(layout + "/blobs/" + name.replace(":", "/"), "rb").read()
                self.give(data, index["mediaType"] if "manifests" in self.path else "application/octet-stream")
            def give(self, data, kind):
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                if self.command == "HEAD": return
                self.wfile.write(data if len(data) < 100000 else data[:len(data) // 2])
                self.close_connection = True
        http.server.ThreadingHTTPServer(("127.0.0.1", 5000), Handler).serve_forever()
        """

    @Test("because the registry breaks off leaves nothing")
    func halfDownload() throws {
        try importBox()
        let made = try host.run(
            """
            cat >/run/half.py && skopeo --insecure-policy copy -q oci:$MINIRUN_ROOT/images/oci:box:latest oci:/run/lay:a &&
            minirun rmi box
            """.replacing("cat >/run/half.py", with: "printf '%s\\n' \"$1\" >/run/half.py"), [Self.halfRegistry])
        try #require(made.status == 0, "\(made)")
        let before = try store()
        let registry = try host.start("exec python3 /run/half.py /run/lay")
        defer { withExtendedLifetime(registry) {} }
        #expect(try eventually { try host.run("curl -sf http://127.0.0.1:5000/v2/").status == 0 })
        let name = "127.0.0.1:5000/box:latest"
        for words in [["pull", "--tls-verify=false", name], ["run", "--rm", "--tls-verify=false", name]] {
            let outcome = try host.minirun(words, within: 60)
            #expect(outcome.status == 125 && outcome.lastError.contains("pull \(name): "), "\(outcome)")
            #expect(outcome.lastError.contains("unexpected EOF"), "\(outcome)")
            #expect(try store() == before, "\(words)")
        }
    }

    @Test("because skopeo is missing says what to install")
    func noSkopeo() throws {
        let outcome = try host.run("exec env PATH=\"$(dirname \"$(command -v minirun)\")\" minirun pull box")
        #expect(outcome.status == 125, "\(outcome)")
        #expect(
            outcome.lastError.hasSuffix("is fetched by skopeo, which is not installed (apt install skopeo)"),
            "\(outcome)")
    }

    @Test("for this machine is loaded all the same, and says so when it is to run")
    func otherMachine() throws {
        try importBox()
        let made = try host.run(
            """
            set -e; cd /run
            skopeo --insecure-policy copy -q oci:$MINIRUN_ROOT/images/oci:box:latest oci:lay:a
            umoci config --image lay:a --architecture s390x
            skopeo --insecure-policy --override-arch s390x copy -q oci:lay:a docker-archive:/run/far.tar:far:latest
            minirun load -q -i far.tar
            """)
        try #require(made.status == 0, "\(made)")
        #expect(try run("image", "inspect", "-f", "{{.Os}}/{{.Architecture}}", "far").line == "linux/s390x")
        for command in ["run", "create"] {
            let outcome = try run(command, "far")
            #expect(outcome.status == 125 || command == "create" && outcome.status == 1, "\(outcome)")
            #expect(outcome.errors.contains("image far is for linux/s390x, and this machine is linux/"), "\(outcome)")
        }
    }
}
