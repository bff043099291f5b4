import CShim
import SystemPackage
import Testing

@testable import Namespaces

/// Copies of layers, without overlayfs.
struct LayeredCopyTests {
    private final class Fixture {
        let base: FilePath
        init(_ script: String) throws {
            var template = Array("/tmp/minirun-layers-XXXXXX".utf8CString)
            guard mkdtemp(&template) != nil else { throw KernelError.current("make a directory") }
            base = FilePath(String(untilNul: template))
            let program = try HostProgram(["sh", "-euc", "cd \"$1\"; mkdir a b c out; \(script)", "sh", base.string])
            let end = try program.wait()
            guard end.code == 0 else { throw KernelError("script: \(end.code)", .invalidArgument) }
        }
        deinit { try? Files.removeTree(base) }
        var layers: [FilePath] { ["a", "b", "c"].map { base.appending($0) } }
        func copy(_ path: String) throws -> [String] {
            guard let source = try LayeredDirectory(layers).directory(at: path) else { return ["none"] }
            try TreeCopy.copy(source, to: base.appending("out"))
            return try Files.names(in: base.appending("out")).sorted()
        }
    }

    @Test("upper files cover lower ones, whiteouts and opaque directories hide them", .enabled(if: geteuid() == 0))
    func merged() throws {
        let fixture = try Fixture(
            """
            mkdir -p a/d/whole b/d/whole c/d/whole c/d/hidden a/d/mixed c/d/mixed
            echo up > a/d/both; echo low > c/d/both; mknod b/d/gone c 0 0; echo x > c/d/gone; echo x > c/d/low
            mknod a/d/hidden c 0 0
            touch a/d/whole/a b/d/whole/b c/d/whole/c a/d/mixed/a c/d/mixed/c; echo f > a/d/cover; mkdir c/d/cover
            """)
        #expect(setxattr(fixture.base.appending("b/d/whole").string, "trusted.overlay.opaque", "y", 1, 0) == 0)
        #expect(setxattr(fixture.base.appending("a/d/both").string, "user.note", "hello", 5, 0) == 0)
        #expect(try fixture.copy("/d") == ["both", "cover", "low", "mixed", "whole"])
        let out = fixture.base.appending("out")
        #expect(try Files.text(out.appending("both")) == "up\n")
        #expect(try Files.names(in: out.appending("mixed")).sorted() == ["a", "c"])
        #expect(try Files.names(in: out.appending("whole")).sorted() == ["a", "b"])
        #expect(try Files.text(out.appending("cover")) == "f\n")
        var note = [CChar](repeating: 0, count: 6)
        #expect(getxattr(out.appending("both").string, "user.note", &note, 5) == 5 && String(untilNul: note) == "hello")
        // overlayfs's own notes stay behind.
        #expect(getxattr(out.appending("whole").string, "trusted.overlay.opaque", nil, 0) < 0)
    }

    @Test("users are those of the uppermost file, also behind a link into another layer, and of a hidden one none")
    func users() throws {
        let fixture = try Fixture(
            """
            mkdir -p a/etc b/etc c/etc c/usr; echo low:x:1:1::/: > c/etc/passwd; echo real:x:2:2::/: > c/usr/passwd
            ln -s ../usr/passwd b/etc/passwd; echo lowest:x:9: > c/etc/group; mkfifo a/etc/group
            """)
        let seen = try UserDatabase.read(inLayers: fixture.layers)
        #expect(seen.users.map(\.name) == ["real"] && seen.groups.isEmpty)
        #expect(try UserDatabase.read(inLayers: [fixture.layers[0], fixture.layers[2]]).users.map(\.name) == ["low"])
    }

    @Test("links are followed inside the root, in whatever layer they lie, and never out of it")
    func links() throws {
        let fixture = try Fixture(
            """
            mkdir -p c/srv/data; touch c/srv/data/f; ln -s /srv b/way; ln -s ../../../../srv/data c/srv/up; ln -s loop c/loop
            ln -s /etc a/out; touch c/file
            """)
        #expect(try fixture.copy("/way/up") == ["f"])
        try Files.makeDirectory(fixture.base.appending("a/plain/\u{301}x/f"))
        try Files.makeDirectory(fixture.base.appending("host/\u{301}x/secret"))
        #expect(symlink(fixture.base.appending("host").string, fixture.base.appending("a/host").string) == 0)
        // A combining mark behind a slash hides it from nobody: the link is followed inside.
        #expect(try fixture.copy("/host/\u{301}x") == ["none"])
        for path in ["/loop", "/out", "/file", "/file/x", "/nowhere"] { #expect(try fixture.copy(path) == ["none"]) }
    }
}
