import CShim
import Namespaces
import Testing

@testable import MiniRun

/// What comes out of an honest layer.
struct LayerUnpackerTests {
    private let isRoot = geteuid() == 0

    @Test("files come out with owner, mode, time and content, and the digest is that of the uncompressed bytes")
    func files() throws {
        let fixture = try LayerFixture()
        var tar = Tar()
        tar.add(directory: "./", mode: 0o750)
        tar.add(directory: "./bin/", mode: 0o1777)
        tar.add("./bin/su", Tar.file, "#!", mode: 0o4755, uid: 7, gid: 8, pax: [("mtime", "1234567890.123456789")])
        tar.add("./bin/sh", Tar.symbolicLink, link: "../../../su", pax: [("mtime", "5.5")])
        tar.add("./bin/login", Tar.hardLink, link: "./bin/su")
        tar.add("pipe", Tar.fifo, mode: 0o620)
        tar.add("deep/er/file")
        for program in ["cat", "gzip", "zstd -q"] {
            let bytes = try fixture.filtered(tar.finished, by: program)
            let result = try fixture.unpack(bytes)
            defer { try? Files.removeTree(fixture.root) }
            #expect(result.diffID == Digest.of(tar.finished))
            #expect(result.size == tar.finished.count && result.entries == 7 && result.contentSize == 2)
            #expect(try fixture.status("").st_mode & 0o7777 == 0o750)
            let directory = try fixture.status("bin")
            #expect(directory.st_mode & 0o7777 == 0o1777 && directory.st_mtim.tv_sec == 1_000_000_000)
            let file = try fixture.status("bin/su")
            #expect(file.st_mtim.tv_sec == 1_234_567_890 && file.st_mtim.tv_nsec == 123_456_789)
            #expect(file.st_nlink == 2)
            #expect(try file.st_ino == fixture.status("bin/login").st_ino)
            if isRoot { #expect(file.st_mode & 0o7777 == 0o4755 && file.st_uid == 7 && file.st_gid == 8) }
            #expect(try Files.linkTarget(fixture.root.appending("bin").appending("sh")) == "../../../su")
            #expect(try fixture.status("bin/sh").st_mtim.tv_nsec == 500_000_000)
            #expect(try fixture.status("pipe").st_mode == mode_t(S_IFIFO) | 0o620)
            #expect(try fixture.status("deep/er").st_mode & 0o7777 == 0o755)
        }
    }

    @Test("bytes behind the end of the archive count for the digest")
    func padded() throws {
        let fixture = try LayerFixture()
        let bytes = Tar().finished + [UInt8](repeating: 0, count: 8 << 20)
        #expect(try fixture.unpack(bytes).diffID == Digest.of(bytes))
    }

    @Test("device nodes in /dev are passed over, for a container has its own")
    func devices() throws {
        let fixture = try LayerFixture()
        var tar = Tar()
        tar.add("./dev/console", Tar.character, device: (5, 1))
        tar.add("dev/disk/sda", Tar.block, device: (8, 0))
        tar.add("dev/file", Tar.file, "kept")
        _ = try fixture.unpack(tar)
        #expect(fixture.exists("dev/file") && !fixture.exists("dev/console") && !fixture.exists("dev/disk/sda"))
    }

    @Test("a whiteout is the device that overlayfs knows, and an opaque directory has its attribute")
    func whiteouts() throws {
        try #require(isRoot)
        let fixture = try LayerFixture()
        var tar = Tar()
        tar.add("etc/.wh.passwd")
        tar.add("var/.wh..wh..opq")
        tar.add(".wh..wh..opq")
        tar.add(".wh..wh.plnk/1.2")
        tar.add(".wh..wh.aufs")
        _ = try fixture.unpack(tar)
        #expect(try fixture.isWhiteout("etc/passwd"))
        #expect(fixture.isOpaque("var") && fixture.isOpaque("") && !fixture.isOpaque("etc"))
        #expect(!fixture.exists(".wh..wh.plnk") && !fixture.exists(".wh..wh.aufs") && !fixture.exists("etc/.wh.passwd"))
    }

    @Test("a whiteout means the layers below, wherever it stands in its own layer")
    func whiteoutAndSuccessor() throws {
        try #require(isRoot)
        let fixture = try LayerFixture()
        var tar = Tar()
        tar.add("a/file", Tar.file, "new")
        tar.add("a/.wh.file")
        tar.add("b/.wh.file")
        tar.add("b/file", Tar.file, "new")
        tar.add("c/.wh.dir")
        tar.add("c/dir/file")
        tar.add("d/.wh.dir")
        tar.add(directory: "d/dir")
        tar.add(directory: "e/dir")
        tar.add("e/.wh.dir")
        _ = try fixture.unpack(tar)
        #expect(try fixture.text("a/file") == "new")
        #expect(try fixture.text("b/file") == "new")
        #expect(fixture.isOpaque("c/dir") && fixture.isOpaque("d/dir") && fixture.isOpaque("e/dir"))
        #expect(!fixture.isOpaque("c"))
    }

    @Test("attributes come along, but for those that overlayfs and the host's labels have")
    func attributes() throws {
        try #require(isRoot)
        let fixture = try LayerFixture()
        // VFS_CAP_REVISION_2 with CAP_NET_RAW: linux/capability.h, struct vfs_cap_data
        let capability: [UInt8] = [1, 0, 0, 2, 0, 0x20, 0, 0] + [UInt8](repeating: 0, count: 12)
        var tar = Tar()
        tar.add(
            Array("ping".utf8), uid: 7,
            pax: [
                ("SCHILY.xattr.security.capability", capability), ("SCHILY.xattr.user.a", [98]),
                ("SCHILY.xattr.trusted.overlay.redirect", Array("/etc".utf8)),
                ("SCHILY.xattr.security.selinux", Array("system_u:object_r:shadow_t:s0".utf8)),
            ])
        tar.add("dir", Tar.directory, pax: [("SCHILY.xattr.trusted.overlay.opaque", "y")])
        tar.add("other", Tar.directory, pax: [("SCHILY.xattr.user.overlay.opaque", "y")])
        tar.add("link", Tar.symbolicLink, link: "ping", pax: [("SCHILY.xattr.trusted.a", "b")])
        _ = try fixture.unpack(tar)
        #expect(fixture.attribute("security.capability", of: "ping") != nil)
        #expect(fixture.attribute("trusted.a", of: "link") == "b")
        // Not every file system takes such: a tmpfs does since Linux 6.6.
        let takesUserAttributes = setxattr(fixture.directory.string, "user.a", "b", 1, 0) == 0
        #expect(fixture.attribute("user.a", of: "ping") == (takesUserAttributes ? "b" : nil))
        for name in ["trusted.overlay.redirect", "security.selinux"] {
            #expect(fixture.attribute(name, of: "ping") == nil)
        }
        #expect(!fixture.isOpaque("dir") && fixture.attribute("user.overlay.opaque", of: "other") == nil)
    }

    @Test("holes stay holes")
    func sparse() throws {
        let fixture = try LayerFixture()
        try fixture.shell(
            """
            truncate -s 64M file && printf middle | dd of=file bs=1 seek=33554432 conv=notrunc status=none
            for format in pax gnu; do tar -S --format=$format -cf $format.tar file; done
            """)
        for format in ["pax", "gnu"] {
            let bytes = try Files.read(fixture.directory.appending("\(format).tar"))
            #expect(bytes.count < 1 << 20)
            let result = try fixture.unpack(bytes)
            #expect(result.contentSize < 1 << 20)
            let status = try fixture.status("file")
            #expect(status.st_size == 64 << 20 && status.st_blocks < 4096)
            try fixture.shell("cmp file layer/file")
            try Files.removeTree(fixture.root)
        }
    }

    @Test("a later entry takes the place of an earlier one")
    func twice() throws {
        let fixture = try LayerFixture()
        var tar = Tar()
        tar.add("file", Tar.file, "old and longer")
        tar.add("file", Tar.file, "new")
        tar.add("link", Tar.symbolicLink, link: "/etc")
        tar.add(directory: "link")
        tar.add("link/inside", Tar.file, "x")
        tar.add(directory: "empty")
        tar.add("empty", Tar.symbolicLink, link: "file")
        tar.add("same", Tar.hardLink, link: "file")
        tar.add("same", Tar.hardLink, link: "file")
        tar.add(directory: "mode", mode: 0o700)
        tar.add(directory: "mode", mode: 0o711)
        _ = try fixture.unpack(tar)
        #expect(try fixture.text("file") == "new")
        #expect(try fixture.text("link/inside") == "x")
        #expect(try fixture.status("empty").st_mode & mode_t(S_IFMT) == mode_t(S_IFLNK))
        #expect(try fixture.status("same").st_nlink == 2)
        #expect(try fixture.status("mode").st_mode & 0o7777 == 0o711)
    }

    @Test("names that are no text come out as they are")
    func names() throws {
        let fixture = try LayerFixture()
        var tar = Tar()
        tar.add([0xff, 0xfe])
        tar.add(Array("x".utf8), pax: [("path", [0xe4])])
        _ = try fixture.unpack(tar)
        let names = try fixture.shell("ls layer | od -An -tx1 | tr -d ' \n'")
        #expect(names == "e40afffe0a")
    }

    @Test("a directory whose mode shuts everybody out has its files")
    func closedDirectory() throws {
        let fixture = try LayerFixture()
        var tar = Tar()
        tar.add(directory: "a", mode: 0)
        tar.add(directory: "a/b", mode: 0)
        tar.add("a/b/file", Tar.file, "x")
        _ = try fixture.unpack(tar)
        #expect(try fixture.status("a").st_mode & 0o7777 == 0)
        if isRoot { #expect(try fixture.text("a/b/file") == "x") }
    }

    @Test("the directory must not be there, and stays what it was")
    func present() throws {
        let fixture = try LayerFixture()
        try Files.makeDirectory(fixture.root)
        try Files.write("mine", to: fixture.root.appending("file"))
        let error = #expect(throws: LayerError.self) { try fixture.unpack(Tar().finished) }
        #expect(error?.errno == .fileExists)
        #expect(try fixture.text("file") == "mine")
    }
}
