import Testing

/// The store keeps what it has, whatever is put into it and whoever was killed in the middle.
@Suite("The store of images")
struct ImageStoreTests {
    private let host: FakeHost

    init() throws {
        host = try FakeHost()
        let made = try host.minirun(["import", "--change", "CMD echo hello", try Places.busybox.get(), "box"])
        try #require(made.status == 0, "\(made)")
    }

    private func run(_ words: String...) throws -> Outcome { try host.minirun(words) }

    @Test("is open to root alone, for its layers have set-user-id files of root's")
    func closed() throws {
        let look =
            "stat -c %a $MINIRUN_ROOT/images; setpriv --reuid 65534 --clear-groups ls $MINIRUN_ROOT/images/layers"
        let seen = try host.run(look)
        #expect(seen.line == "700" && seen.status != 0 && seen.errors.contains("Permission denied"), "\(seen)")
        try host.run("chmod 755 $MINIRUN_ROOT/images")
        #expect(try run("tag", "box", "again").status == 0)
        #expect(try host.run(look).line == "700", "one of before")
    }

    @Test("forgets half a layer, and never takes it for the whole")
    func halfRemoved() throws {
        // What a removal leaves that was killed: the layer is out of its place, its note is still there.
        try host.run(
            """
            cd $MINIRUN_ROOT/images; rm -r records names; layer=$(ls -d layers/* | grep -v size)
            mv $layer incoming/; rm -r incoming/*/bin
            """)
        #expect(try host.run("ls $MINIRUN_ROOT/images/layers").output.hasSuffix(".size\n"))
        #expect(try run("import", "--change", "CMD echo hello", Places.busybox.get(), "box").status == 0)
        #expect(try run("run", "--rm", "box").output == "hello\n")
        #expect(try run("rmi", "box").status == 0)
        #expect(
            try host.run("cd $MINIRUN_ROOT/images; ls -A layers incoming oci/blobs/sha256").output
                == "incoming:\n\nlayers:\n\noci/blobs/sha256:\n")
    }

    @Test("refuses a configuration that it could not read back")
    func longConfiguration() throws {
        let made = try host.run(
            """
            cd /run && mkdir -p small/bin && cp /bin/busybox small/bin/sh
            python3 -c 'print("LABEL a=" + "x" * 1100000)' >label
            minirun import --change "$(head -c 100000 label)" small short >/dev/null && echo short
            python3 - <<'END'
            import hashlib, json, os
            root = os.environ["MINIRUN_ROOT"] + "/images/oci"
            def read(digest): return json.load(open(f"{root}/blobs/sha256/{digest[7:]}"))
            index = json.load(open(root + "/index.json"))
            manifest = read(next(m for m in index["manifests"] if "short" in m["annotations"].values().__str__())["digest"])
            config = read(manifest["config"]["digest"])
            config["config"]["Labels"]["a"] = "x" * 1100000
            os.makedirs("/run/long/blobs/sha256")
            def keep(data):
                name = hashlib.sha256(data).hexdigest()
                open(f"/run/long/blobs/sha256/{name}", "wb").write(data)
                return {"digest": "sha256:" + name, "size": len(data)}
            manifest["config"].update(keep(json.dumps(config).encode()))
            for layer in manifest["layers"]:
                keep(open(f"{root}/blobs/sha256/{layer['digest'][7:]}", "rb").read())
            entry = keep(json.dumps(manifest).encode())
            entry["mediaType"] = "application/vnd.oci.image.manifest.v1+json"
            json.dump({"schemaVersion": 2, "manifests": [entry]}, open("/run/long/index.json", "w"))
            open("/run/long/oci-layout", "w").write('{"imageLayoutVersion": "1.0.0"}')
            END
            tar -C long -cf long.tar .
            """)
        #expect(made.output == "short\n", "\(made)")
        let refused = try run("load", "-i", "/run/long.tar")
        #expect(
            refused.status == 125 && refused.errors.contains("its configuration is longer than 1 MiB"), "\(refused)")
        #expect(try run("images", "-q").output.split(separator: "\n").count == 2)
        #expect(try run("rmi", "short").status == 0)
    }

    @Test("goes on beside a damaged record, whose image it keeps")
    func damagedRecord() throws {
        try host.run("mkdir -p /run/small/bin; cp /bin/busybox /run/small/bin/sh")
        #expect(try run("import", "/run/small", "small").status == 0)
        try host.run("for file in $(grep -l hello $MINIRUN_ROOT/images/records/*.json); do echo '{' >$file; done")
        let removed = try run("rmi", "small")
        #expect(removed.status == 0 && removed.output.contains("Untagged: small:latest"), "\(removed)")
        #expect(
            removed.errors.contains("nothing is cleared away") && removed.errors.contains("is damaged"), "\(removed)")
        #expect(try run("import", "/run/small", "small").status == 0)
        #expect(try run("run", "--rm", "--net", "none", "small", "/bin/sh", "-c", "echo there").output == "there\n")
    }

    @Test("lets no archive take over a name by digest, and names all of its images or none")
    func namesOfArchives() throws {
        let digest = "nginx@sha256:" + String(repeating: "0", count: 63) + "7"
        let refused = try run("import", Places.busybox.get(), digest)
        #expect(
            refused.status == 125 && refused.errors.contains("refusing to create a tag with a digest"), "\(refused)")
        let made = try host.run(
            """
            set -e; cd /run
            skopeo --insecure-policy copy -q oci:$MINIRUN_ROOT/images/oci:box:latest docker-archive:/run/box.tar:box:latest
            mkdir box && tar -C box -xf box.tar && chmod -R u+w box
            python3 - "$1" <<'END'
            import json, sys
            images = json.load(open("box/manifest.json"))
            images[0]["RepoTags"] = [sys.argv[1], "No Name", "fine:1"]
            json.dump(images, open("box/manifest.json", "w"))
            END
            tar -C box -cf names.tar .
            python3 - <<'END'
            import json
            images = json.load(open("box/manifest.json"))
            images[0]["RepoTags"] = ["first:1"]
            broken = dict(images[0], RepoTags=["second:1"], Layers=images[0]["Layers"] * 2)
            json.dump(images + [broken], open("box/manifest.json", "w"))
            END
            tar -C box -cf two.tar .
            """, [digest])
        try #require(made.status == 0, "\(made)")
        let loaded = try run("load", "-i", "/run/names.tar")
        #expect(loaded.status == 0 && loaded.output == "Loaded image: fine:1\n", "\(loaded)")
        #expect(loaded.errors.contains("\"\(digest)\" is passed over") && loaded.errors.contains("\"No Name\""))
        #expect(try run("image", "inspect", digest).status == 1)
        #expect(try run("load", "-i", "/run/two.tar").status == 125)
        #expect(try !run("images").output.contains("first"))
        let directory = try run("load", "-i", "/run")
        #expect(directory.status == 125 && directory.errors.contains("open /run: it is a directory"), "\(directory)")
    }

    /// Loads an archive whose manifest and configuration a Python program has changed: `layers`, `config`, and the blobs that
    /// `keep(bytes)` adds; `box` is the only layer of the image box.
    private func load(_ change: String) throws -> Outcome {
        let made = try host.run(
            """
            set -e; cd /run; rm -rf forged; python3 - "$1" <<'END'
            import gzip, hashlib, io, json, os, sys, tarfile
            root = os.environ["MINIRUN_ROOT"] + "/images/oci"
            os.makedirs("forged/blobs/sha256")
            def read(digest): return open(f"{root}/blobs/sha256/{digest[7:]}", "rb").read()
            def keep(data):
                name = hashlib.sha256(data).hexdigest()
                open(f"forged/blobs/sha256/{name}", "wb").write(data)
                return {"digest": "sha256:" + name, "size": len(data), "mediaType": "application/vnd.oci.image.layer.v1.tar"}
            def tar(*entries):
                out = io.BytesIO()
                with tarfile.open(fileobj=out, mode="w") as archive:
                    for name, content in entries:
                        info = tarfile.TarInfo(name)
                        if content is None: info.type = tarfile.DIRTYPE
                        elif content.startswith("->"): info.type, info.linkname = tarfile.SYMTYPE, content[2:]
                        else: info.size = len(content)
                        archive.addfile(info, io.BytesIO((content or "").encode()))
                return out.getvalue()
            def diff(data): return "sha256:" + hashlib.sha256(data).hexdigest()
            index = json.load(open(root + "/index.json"))
            names = {m.get("annotations", {}).get("org.opencontainers.image.ref.name", ""): m for m in index["manifests"]}
            manifest = json.loads(read(next(m for name, m in names.items() if "box" in name)["digest"]))
            config = json.loads(read(manifest["config"]["digest"]))
            layers, diffs = manifest["layers"], config["rootfs"]["diff_ids"]
            box = keep(read(layers[0]["digest"]))
            exec(sys.argv[1])
            manifest["config"].update(keep(json.dumps(config).encode()))
            manifest["config"]["mediaType"] = "application/vnd.oci.image.config.v1+json"
            entry = keep(json.dumps(manifest).encode())
            entry["mediaType"] = "application/vnd.oci.image.manifest.v1+json"
            entry["annotations"] = {"org.opencontainers.image.ref.name": "docker.io/library/forged:1"}
            json.dump({"schemaVersion": 2, "manifests": [entry]}, open("forged/index.json", "w"))
            open("forged/oci-layout", "w").write('{"imageLayoutVersion": "1.0.0"}')
            END
            tar -C forged -cf forged.tar .
            """, [change])
        try #require(made.status == 0, "\(made)")
        return try run("load", "-i", "/run/forged.tar")
    }

    @Test("gives a layer only to an image that has proven to have it")
    func claimedLayers() throws {
        let made = try host.run(
            "mkdir -p /run/s && echo TOPSECRET >/run/s/secret && minirun import /run/s secret && ls $MINIRUN_ROOT/images/layers"
        )
        let other = try #require(made.output.split(separator: "\n").map(String.init).last { !$0.hasSuffix(".size") })
        let own = try host.run("minirun image inspect -f '{{index .RootFS.Layers 0}}' secret").line
        _ = other
        let stolen = try load(
            "layers.append({**layers[0], 'digest': 'sha256:' + 'ab' * 32}); diffs.append('\(own)')")
        #expect(stolen.status == 125 && stolen.errors.contains("the layer sha256:abab"), "\(stolen)")
        // A blob that is there, and another one's layer.
        let forged = try load("layers.append(keep(tar(('x', 'y')))); diffs.append('\(own)')")
        #expect(forged.status == 125 && forged.errors.contains("and not \(own) as its image says"), "\(forged)")
        #expect(try !run("images").output.contains("forged"))
        // The same content, compressed in another way, is the same layer.
        let again = try load("layers[0] = keep(gzip.compress(read(layers[0]['digest']))) if layers else None")
        #expect(try again.status == 0 && run("run", "--rm", "forged:1").output == "hello\n", "\(again)")
    }

    @Test("takes images that have a layer twice")
    func repeatedLayers() throws {
        let loaded = try load(
            """
            one, two = tar(("a", "1")), tar(("a", "2"))
            for data in (one, two, one):
                layers.append(keep(data)); diffs.append(diff(data))
            """)
        #expect(loaded.status == 0, "\(loaded)")
        let seen = try run("run", "--rm", "forged:1", "cat", "/a")
        #expect(seen == Outcome(status: 0, output: "1", errors: ""), "\(seen)")
    }

    @Test(
        "refuses what would blow up, hide or cut something off",
        arguments: [
            (
                "for i in range(3):\n  data = tar((f'f{i}', chr(i + 65) * (400 << 20)))\n  layers.append(keep(gzip.compress(data, 1))); diffs.append(diff(data))",
                "it is a bomb"
            ),
            ("config['config']['Cmd'] = ['echo', 'a\\0b']", "a text with a zero in it"),
            ("config['config']['Labels'] = {str(i).zfill(20): 'x' * 40 for i in range(18000)}", "longer than 1 MiB"),
        ])
    func refused(change: String, sentence: String) throws {
        let refused = try load(change)
        #expect(refused.status == 125 && refused.errors.contains(sentence), "\(refused)")
        #expect(try run("images", "-q").output.split(separator: "\n").count == 1)
        #expect(try host.run("ls $MINIRUN_ROOT/images/incoming").output == "")
    }

    @Test("starts no container of which more would have to be written than can be read")
    func longRecord() throws {
        // Escaped it is six times as long in the record, twice.
        let loaded = try load("config['config']['Labels'] = {'a': '\\1' * 95000}")
        #expect(loaded.status == 0, "\(loaded)")
        let refused = try run("run", "-d", "--name", "long", "-v", "kept:/d", "forged:1", "sleep", "1000")
        #expect(refused.status == 125 && refused.errors.contains("would be longer than 1 MiB"), "\(refused)")
        #expect(try run("ps", "-aq") == Outcome(status: 0, output: "", errors: ""))
        #expect(try host.run("pgrep -fc '[s]leep 1000'").line == "0")
    }

    @Test("runs an image with labels that no option could give")
    func oddLabels() throws {
        let loaded = try load("config['config']['Labels'] = {'b c': 'd', 'e=f': 'g', '': 'h', 'x': '1'}")
        try #require(loaded.status == 0, "\(loaded)")
        #expect(try run("run", "--name", "odd", "-d", "forged:1", "sleep", "1000").status == 0)
        #expect(try run("inspect", "-f", "{{json .Config.Labels}}", "odd").line == #"{"x":"1"}"#)
    }

    @Test("leads nothing of the host's into a container")
    func links() throws {
        for (name, target) in [("proc", "../run"), ("proc", "/run"), ("sys", "../nonexistent/x")] {
            let loaded = try load(
                "data = tar(('\(name)', '->\(target)')); layers.append(keep(data)); diffs.append(diff(data))")
            try #require(loaded.status == 0, "\(loaded)")
            let refused = try run("run", "--rm", "forged:1")
            #expect(refused.status == 125, "\(refused)")
            #expect(refused.errors.contains("make directory /\(name): too many levels"), "\(refused)")
        }
        for target in ["/proc", "/proc/sys", "//proc/./net"] {
            let covered = try load("config['config']['Volumes'] = {'\(target)': {}}")
            try #require(covered.status == 0, "\(covered)")
            let outcome = try run("run", "--rm", "forged:1")
            #expect(outcome.status == 125 && outcome.errors.contains("inside \"/proc\""), "\(outcome)")
        }
        let bound = try run("run", "--rm", "-v", "/run:/proc/x", "box")
        #expect(bound.status == 125 && bound.errors.contains("cannot be mounted because it is inside"), "\(bound)")
    }

    @Test("shows no control characters of an image to a terminal")
    func controls() throws {
        let loaded = try load("config['config']['User'] = 'no\\x1b[2Jbody\\x9b'")
        try #require(loaded.status == 0, "\(loaded)")
        let refused = try run("run", "--rm", "forged:1")
        #expect(refused.status == 125 && refused.errors.contains("no\\u{1b}[2Jbody\\u{9b}"), "\(refused)")
        #expect(try !run("image", "inspect", "forged:1").output.unicodeScalars.contains("\u{9b}"))
    }

    @Test("copies a sparse file into a volume as a sparse file")
    func sparse() throws {
        try host.run(
            "mkdir -p /run/sp/data && truncate -s 3G /run/sp/data/huge && echo end >>/run/sp/data/huge && echo x >/run/sp/data/small; "
                + "tar -C /run/sp -S -cf /run/sp.tar .")
        #expect(try host.run("minirun import --change 'VOLUME /data' /run/sp.tar sparse").status == 0)
        let seen = try host.run(
            """
            minirun create --name sparse sparse true >/dev/null && minirun start sparse >/dev/null 2>&1
            cd $MINIRUN_ROOT/volumes/*/_data && du -k huge | cut -f1 && stat -c %s huge && tail -c 4 huge && cat small
            """)
        let lines = seen.output.split(separator: "\n")
        #expect(lines.count == 4 && Int(lines[0]).map { $0 < 1024 } == true, "\(seen)")
        #expect(lines.dropFirst() == ["3221225476", "end", "x"], "\(seen)")
    }

    @Test("lists by Go's patterns, finds by every digest that it shows, and tells whose the user is")
    func finding() throws {
        for name in ["web", "127.0.0.1:5000/library/web", "a/b/web:2"] {
            #expect(try run("tag", "box", name).status == 0)
        }
        func listed(_ pattern: String) throws -> String {
            try run("images", "--format", "{{.Repository}}", pattern).output.split(separator: "\n").sorted().joined(
                separator: " ")
        }
        #expect(
            try listed("web") == "web" && listed("w*") == "web"
                && listed("*/*/web") == "127.0.0.1:5000/library/web a/b/web")
        #expect(try listed("*") == "box web")
        let digest = try run("image", "inspect", "-f", "{{index .RepoDigests 0}}", "box").line
        #expect(digest.contains("@sha256:"))
        #expect(try run("run", "--rm", "--pull", "never", digest).output == "hello\n")
        #expect(
            try run("rmi", "-f", "nope").status == 0 && run("rmi", "-f", "nope").errors.contains("No such image: nope"))
        let made = try host.run(
            "minirun import --change 'USER 1000:1000' --change 'CMD id -u' \"$1\" user", [Places.busybox.get()])
        #expect(made.status == 0)
        #expect(try run("create", "--name", "cc", "user").status == 0)
        #expect(try run("inspect", "-f", "{{.Config.User}}", "cc").line == "1000:1000")
    }

    @Test("lets a user of an image have port 80 and send pings")
    func lowPorts() throws {
        let made = try host.run(
            "minirun import --change 'USER 1000' --change 'EXPOSE 80' --change 'CMD httpd -f -p 80 -h /srv' \"$1\" low",
            [Places.busybox.get()])
        #expect(made.status == 0)
        #expect(try run("run", "-d", "--name", "low", "-p", "8080:80", "low").status == 0)
        #expect(
            try eventually {
                try host.fetch(as: .neighbour, port: 8080).status != 28 && host.run("minirun exec low true").status == 0
            })
        let groups = try run("exec", "low", "cat", "/proc/sys/net/ipv4/ping_group_range")
        #expect(groups.line == "0\t65535", "all that it has")
        for network in ["none", "bridge"] {
            let seen = try host.runContainer(
                ["--rm", "--net", network], "cat /proc/sys/net/ipv4/ip_unprivileged_port_start")
            #expect(seen.line == "0")
        }
        let own = try host.runContainer(
            ["--rm", "--sysctl", "net.ipv4.ip_unprivileged_port_start=99"],
            "cat /proc/sys/net/ipv4/ip_unprivileged_port_start")
        #expect(own.line == "99")
        #expect(try host.run("sysctl -n net.ipv4.ip_unprivileged_port_start").line == "1024", "the host's own")
    }

    @Test("says what cannot be made where nothing can be made")
    func impossiblePlaces() throws {
        for words in [
            ["run", "--rm", "-v", "/proc/nope/a:/x", "box"], ["--root", "/proc/x", "images"],
            ["--state", "/proc/x", "run", "--rm", "box"],
        ] {
            let refused = try host.minirun(words)
            #expect(refused.status == 125 || refused.status == 0 && words.contains("images"), "\(words): \(refused)")
            if refused.status == 125 {
                #expect(refused.errors.contains("create directory /proc/"), "\(words): \(refused)")
            }
        }
    }

    @Test("leaves no skopeo behind when it is killed")
    func killedPull() throws {
        let port = "5999"
        let listener = try host.start("exec socat TCP4-LISTEN:\(port),bind=127.0.0.1,fork,reuseaddr EXEC:'sleep 1000'")
        try #require(try eventually { try host.run("ss -Hlnt sport = \(port)").line != "" })
        let pull = try host.start("exec minirun pull 127.0.0.1:\(port)/x")
        #expect(try eventually { try host.run("pgrep -fc '[s]kopeo.*copy'").line != "0" })
        try host.run("pkill -9 -f '[m]inirun pull'")
        try pull.wait()
        #expect(try eventually { try host.run("pgrep -fc '[s]kopeo.*copy'").line == "0" })
        host.signal(listener, 15)
        try host.run("pkill -f '[s]leep 1000'")
    }
}
