import CShim
import Testing

/// Where images come from: layouts, archives of several tools, and what is in none of them.
@Suite("An image")
struct ImageSourceTests {
    private let host: FakeHost

    init() throws { host = try FakeHost() }

    private func run(_ words: String...) throws -> Outcome { try host.minirun(words) }

    /// Makes a layout /run/lay of the busybox root file system, with image `a` that says hello.
    private func makeLayout() throws {
        let made = try host.run(
            """
            set -e; export MINIRUN_ROOT=/run/maker; cd /run
            minirun import --change 'CMD echo hello' "$1" box >/dev/null
            skopeo --insecure-policy copy -q oci:$MINIRUN_ROOT/images/oci:box:latest oci:lay:a
            """, [Places.busybox.get()])
        try #require(made.status == 0, "\(made)")
    }

    @Test("of a layout is run from its directory, and unpacked once")
    func layout() throws {
        try makeLayout()
        let plan = try run("plan", "run", "oci:/run/lay", "true")
        #expect(plan.status == 0 && plan.output.contains("minirun load"), "\(plan)")
        #expect(try run("images", "-qa").output == "")
        for name in ["oci:/run/lay", "oci:/run/lay:a"] {
            let outcome = try run("run", "--rm", name)
            #expect(outcome.output == "hello\n" && outcome.errors == "", "\(name): \(outcome)")
        }
        #expect(try host.run("cd /run && minirun run --rm oci:lay:a echo other").output == "other\n")
        let layers = "find $MINIRUN_ROOT/images -newer /run/mark -path '*/layers/*' | wc -l"
        #expect(try host.run("touch /run/mark; minirun run --rm oci:/run/lay; \(layers)").output == "hello\n0\n")
        #expect(try run("images", "--format", "{{.Repository}} {{.Tag}}").output == "<none> <none>\n")
        // A container that stays needs the layout no longer; in the words of wherever it was made.
        #expect(try host.run("cd /run && minirun create --name kept oci:./lay && rm -r lay").status == 0)
        #expect(try host.inspect("kept", "{{.Config.Image}}") == "oci:/run/lay")
        #expect(try run("start", "-a", "kept").output == "hello\n")
        #expect(try run("image", "prune", "-f").output == "Total reclaimed space: 0B\n")
        // `ps` finds it by what it is made of.
        let id = try run("images", "-q", "--no-trunc").line
        for ancestor in [id, String(id.dropFirst(7)), String(id.dropFirst(7).prefix(12)), "oci:/run/lay"] {
            let found = try run("ps", "-a", "--filter", "ancestor=\(ancestor)", "--format", "{{.Names}}")
            #expect(found.output == "kept\n", "\(ancestor): \(found)")
        }
        #expect(try run("ps", "-aq", "--filter", "ancestor=\(id.dropLast())0000").output == "")
    }

    @Test("of a layout that is none, is another's, or was changed is refused with a sentence")
    func brokenLayout() throws {
        try makeLayout()
        let made = try host.run(
            """
            set -e; cd /run; cp -r lay changed; cp -r lay bare; cp -r lay foreign; cp -r lay half
            skopeo --insecure-policy copy -q oci:lay:a oci:lay:b
            umoci config --image lay:b --config.cmd other
            layer=$(find changed/blobs -size +100k); printf x | dd of="$layer" bs=1 seek=1000 conv=notrunc 2>/dev/null
            layer=$(find half/blobs -size +100k); truncate -s 70000 "$layer"
            rm -r bare/blobs/sha256/*
            umoci config --image foreign:a --architecture s390x
            """)
        try #require(made.status == 0, "\(made)")
        for (name, sentence) in [
            ("oci:/run/none", "oci:/run/none: open /run/none/index.json: no such file or directory"),
            ("oci:/run/lay", "oci:/run/lay: there are several images: a, b"),
            ("oci:/run/lay:c", "oci:/run/lay:c: there is no image \"c\", but a, b"),
            ("oci:/run/changed", "does not match its digest: it is sha256:"),
            ("oci:/run/half", "does not match its digest: it is sha256:"),
            ("oci:/run/bare", "is missing"),
            ("oci:/run/foreign:a", "is for linux/s390x, and this machine is linux/"),
        ] {
            let outcome = try run("run", "--rm", name)
            #expect(outcome.status == 125 && outcome.output == "" && outcome.errors.contains(sentence), "\(outcome)")
            #expect(outcome.errors.contains(name) && outcome.errors.split(separator: "\n").count == 1, "\(outcome)")
        }
        #expect(try run("images", "-qa").output == "")
        #expect(
            try host.run("find $MINIRUN_ROOT/images -type f -size +20k; ls $MINIRUN_ROOT/images/layers").output == "")
    }

    @Test("with a bare tag in its archive has no name, as with docker load")
    func bareTag() throws {
        try makeLayout()
        let made = try host.run(
            """
            cd /run && for tag in latest team/box:v2; do
                skopeo --insecure-policy copy -q oci:lay:a "oci-archive:/run/${tag%%/*}.tar:$tag" || exit
            done
            """)
        try #require(made.status == 0, "\(made)")
        let loaded = try run("load", "-i", "/run/latest.tar")
        let id = try run("images", "-q", "--no-trunc").line
        #expect(loaded.output == "Loaded image ID: \(id)\n", "\(loaded)")
        #expect(try run("run", "--rm", String(id.dropFirst(7).prefix(12))).output == "hello\n")
        #expect(try run("load", "-i", "/run/team.tar").output == "Loaded image: team/box:v2\n")
    }

    @Test(
        "of buildah runs, from both kinds of archives",
        .enabled(if: Programs.has("buildah"), "needs buildah"))
    func buildah() throws {
        let built = try host.run(
            """
            set -e; cd /run; export HOME=/run/home STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
            buildah="buildah --root /run/b/root --runroot /run/b/run --storage-driver vfs"
            box=$($buildah from scratch)
            $buildah copy -q "$box" "$1" / >/dev/null
            echo changed >motd; $buildah copy -q "$box" motd /etc/motd >/dev/null
            $buildah config --env PLACE=here --user daemon --workingdir /srv --port 80 --label tier=front --entrypoint '["sh","-c"]' \
                --cmd '"cat /etc/motd; echo $PLACE; pwd; id -un"' --volume /data "$box"
            $buildah commit -q "$box" oci-archive:/run/oci.tar:team/box:v1 >/dev/null
            $buildah commit -q "$box" docker-archive:/run/docker.tar:team/box:v2 >/dev/null
            """, [Places.busybox.get()], within: 60)
        try #require(built.status == 0, "\(built)")
        for (file, name) in [("oci", "team/box:v1"), ("docker", "team/box:v2")] {
            let loaded = try run("load", "-i", "/run/\(file).tar")
            #expect(loaded.output == "Loaded image: \(name)\n", "\(loaded)")
            let outcome = try run("run", "--rm", name)
            #expect(outcome.output == "changed\nhere\n/srv\ndaemon\n", "\(outcome)")
            #expect(try run("image", "inspect", "-f", "{{.Config.Labels.tier}}", name).line == "front")
        }
    }

    /// Writes what `docker save` has written for years: a folder for each layer, a link for one that several images have.
    /// Its arguments: the archive, and how many images; all have one layer, with a static shell.
    private static let dockerSave = """
        import hashlib, io, json, sys, tarfile
        path, count = sys.argv[1], int(sys.argv[2])
        def add(tar, name, data=b"", kind=tarfile.REGTYPE, target="", mode=0o644):
            entry = tarfile.TarInfo(name)
            entry.size, entry.type, entry.linkname, entry.mode = len(data), kind, target, mode
            tar.addfile(entry, io.BytesIO(data))
        content = io.BytesIO()
        with tarfile.open(fileobj=content, mode="w") as tar:
            add(tar, "bin", kind=tarfile.DIRTYPE, mode=0o755)
            add(tar, "bin/sh", open("/bin/busybox", "rb").read(), mode=0o755)
        layer = content.getvalue()
        diff = "sha256:" + hashlib.sha256(layer).hexdigest()
        manifest, repositories = [], {}
        with tarfile.open(path, "w") as tar:
            for number in range(count):
                config = json.dumps({
                    "architecture": sys.argv[3], "os": "linux", "created": "2026-01-02T03:04:05Z",
                    "config": {"Cmd": ["/bin/sh", "-c", "echo %d" % number]}, "rootfs": {"type": "layers", "diff_ids": [diff]},
                }).encode()
                digest = hashlib.sha256(config).hexdigest()
                folder = "%064x" % number
                add(tar, folder, kind=tarfile.DIRTYPE, mode=0o755)
                add(tar, folder + "/VERSION", b"1.0")
                add(tar, folder + "/json", b"{}")
                if number == 0: add(tar, folder + "/layer.tar", layer)
                else: add(tar, folder + "/layer.tar", kind=tarfile.SYMTYPE, target="../%064x/layer.tar" % 0)
                add(tar, digest + ".json", config)
                manifest.append({
                    "Config": digest + ".json", "RepoTags": ["image%d:latest" % number], "Layers": [folder + "/layer.tar"]})
                repositories["image%d" % number] = {"latest": folder}
            add(tar, "manifest.json", json.dumps(manifest).encode())
            add(tar, "repositories", json.dumps(repositories).encode())
        """

    @Test("costs the same look-up among two hundred as alone")
    func manyImages() throws {
        let machine = try run("version", "-f", "{{.Client.Arch}}").line
        try host.run("cat >/run/save.py <<'EOF'\n\(Self.dockerSave)\nEOF")
        func opened(_ count: Int) throws -> Int? {
            let loaded = try host.run(
                """
                export MINIRUN_ROOT=/run/store\(count)
                python3 /run/save.py /run/\(count).tar \(count) "$1" && minirun load -i /run/\(count).tar | wc -l
                minirun run --rm --net none image0 >/dev/null
                strace -f -qq -e trace=openat,openat2,open -o /run/\(count).trace minirun run --rm --net none image0
                minirun images -q | wc -l; wc -l </run/\(count).trace
                """, [machine], within: 60)
            let lines = loaded.output.split(separator: "\n").map(String.init)
            #expect(lines.count == 4 && lines.prefix(3) == ["\(count)", "0", "\(count)"], "\(loaded)")
            return lines.last.flatMap { Int($0) }
        }
        let (alone, among) = (try #require(try opened(1)), try #require(try opened(200)))
        #expect(alone > 10 && among < alone + 50, "\(alone) files opened for one image, \(among) for 200")
    }

    @Test(
        "of Debian or of busybox serves a page with Debian's nginx",
        .enabled(if: Programs.hasDebian, "needs debootstrap and its mirror"))
    func nginx() throws {
        let debian = try Places.debian.get()
        // The busybox tree gets the program, its libraries and files.
        let made = try host.run(
            """
            set -e; cd /run; cp -r "$2" box
            for file in /usr/sbin/nginx $(chroot "$1" ldd /usr/sbin/nginx | grep -o '/[^ ]*'); do
                mkdir -p "box$(dirname "$file")"; cp -L "$1$file" "box$file"
            done
            mkdir -p box/var/lib/nginx box/var/log/nginx box/etc/nginx/sites-enabled box/var/www/html
            cp "$1/etc/nginx/mime.types" "$1/etc/nginx/nginx.conf" box/etc/nginx/
            echo 'server { listen 80; root /var/www/html; }' >box/etc/nginx/sites-enabled/default
            """, [debian, Places.busybox.get()], within: 60)
        try #require(made.status == 0, "\(made)")
        for (name, root) in [("busybox", "/run/box"), ("debian", debian)] {
            let imported = try host.run(
                """
                minirun import -c 'EXPOSE 80/tcp' -c 'CMD ["nginx", "-g", "daemon off;"]' "$1" "$2" >/dev/null &&
                mkdir -p /run/page && echo "page of $2" >/run/page/index.html &&
                minirun run -d -P --name "$2-web" -v /run/page:/var/www/html:ro "$2"
                """, [root, name + "-nginx"], within: 60)
            #expect(imported.status == 0, "\(imported)")
            let port = try run("port", name + "-nginx-web", "80").line.split(separator: ":").last ?? ""
            let page = "ip netns exec ext curl -sf -i http://\(FakeHost.address):\(port)/"
            let answer = try poll(until: { $0.status == 0 }) { try host.run(page) }
            #expect(answer.output.contains("Server: nginx") && answer.output.contains("page of \(name)"), "\(answer)")
            #expect(try run("stop", name + "-nginx-web").status == 0)
            #expect(try host.status(name + "-nginx-web") == "exited 0")
        }
    }
}
