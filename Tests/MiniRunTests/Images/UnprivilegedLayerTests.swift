import CShim
import Namespaces
import SystemPackage
import Testing

@testable import MiniRun

/// What becomes of a layer where not every owner can be set. A process with threads cannot change its user namespace, so the
/// test runs this program once more in one.
struct UnprivilegedLayerTests {
    private static let isInside = getenv("MINIRUN_TEST_UNPRIVILEGED") != nil

    @Test(
        "who may not give files away keeps them",
        .enabled(if: !isInside), arguments: ["-Ur", "-U --map-user=1000 --map-group=1000"])
    func outside(options: String) throws {
        let program = try OwnProgram.path()
        let words = "\(program.string.shellQuoted) --testing-library swift-testing --filter insideOfUserNamespace"
        let (status, output) = try Command.run([
            "/bin/sh", "-c", "MINIRUN_TEST_UNPRIVILEGED=1 exec unshare \(options) \(words) 2>&1",
        ])
        #expect(status == 0, "\(output)")
        #expect(output.contains("insideOfUserNamespace() passed"), "\(output)")
    }

    @Test(.enabled(if: isInside)) func insideOfUserNamespace() throws {
        let fixture = try LayerFixture()
        var tar = Tar()
        tar.add("other", mode: 0o6755, uid: 33, gid: 33, pax: [("SCHILY.xattr.trusted.a", "b")])
        tar.add("own", mode: 0o4755, uid: Int(geteuid()), gid: Int(getegid()))
        tar.add("link", Tar.symbolicLink, uid: 33, link: "own")
        tar.add("closed", Tar.directory, mode: 0, uid: 33)
        tar.add("closed/down", Tar.directory, mode: 0, uid: 33)
        tar.add("closed/down/file", uid: 33)
        tar.add("dir/.wh..wh..opq")
        tar.add("dir/.wh.gone")
        let result = try fixture.unpack(tar)
        #expect(result.keptOwners == 5)
        #expect(try fixture.status("other").st_mode & 0o7777 == 0o755)
        #expect(try fixture.status("other").st_uid == geteuid())
        #expect(try fixture.status("own").st_mode & 0o7777 == 0o4755)
        #expect(try fixture.status("closed").st_mode & 0o7777 == 0)
        #expect(fixture.attribute("user.overlay.opaque", of: "dir") == "y")
        #expect(fixture.attribute("trusted.a", of: "other") == nil)
        #expect(try fixture.isWhiteout("dir/gone"))
        chmod(fixture.root.string + "/closed", 0o700)
        chmod(fixture.root.string + "/closed/down", 0o700)
    }
}
