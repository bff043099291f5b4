import CShim
import Namespaces
import SystemPackage
import Testing

@Suite("Users of a root file system")
struct UserDatabaseTests {
    static let database = UserDatabase(
        passwd: """
            # a comment
            root:x:0:0:root:/root:/bin/sh
            www:x:33:33:www:/var/www:/bin/false
            homeless:x:40:40
            +::::::
            broken:x:x:1:::
            1000:x:77:77::/odd:
            second:x:33:99::/second:

            """,
        group: """
            root:x:0:
            www:x:33:
            adm:x:4:www,someone
            staff:x:50:www
            wheel:x:10:root
            """)

    struct Good: Sendable {
        let text: String?
        let uid: UInt32
        let gid: UInt32
        let groups: [UInt32]
        let home: String
    }

    @Test(
        "A user is a name or a number, with or without a group",
        arguments: [
            Good(text: nil, uid: 0, gid: 0, groups: [10], home: "/root"),
            Good(text: "", uid: 0, gid: 0, groups: [10], home: "/root"),
            Good(text: "www", uid: 33, gid: 33, groups: [4, 50], home: "/var/www"),
            Good(text: "33", uid: 33, gid: 33, groups: [4, 50], home: "/var/www"),
            Good(text: "www:root", uid: 33, gid: 0, groups: [], home: "/var/www"),
            Good(text: "www:50", uid: 33, gid: 50, groups: [], home: "/var/www"),
            Good(text: "www:12345", uid: 33, gid: 12345, groups: [], home: "/var/www"),
            Good(text: "1234", uid: 1234, gid: 0, groups: [], home: "/"),
            Good(text: "1234:5678", uid: 1234, gid: 5678, groups: [], home: "/"),
            Good(text: ":adm", uid: 0, gid: 4, groups: [], home: "/root"),
            Good(text: "homeless", uid: 40, gid: 40, groups: [], home: "/"),
            // A number is never looked up as a name.
            Good(text: "1000", uid: 1000, gid: 0, groups: [], home: "/"),
        ])
    func good(_ example: Good) throws {
        let user = try Self.database.resolve(example.text)
        #expect(user.uid == example.uid && user.gid == example.gid)
        #expect(user.supplementaryGroups == example.groups && user.home == example.home)
    }

    @Test(
        "Who is not there is refused in Docker's words",
        arguments: [
            ("nosuch", "unable to find user nosuch: no matching entries in passwd file"),
            ("broken", "unable to find user broken: no matching entries in passwd file"),
            ("www:nosuch", "unable to find group nosuch: no matching entries in group file"),
            ("2147483648", "uids and gids must be in range 0-2147483647"),
            ("-1", "uids and gids must be in range 0-2147483647"),
            ("1:4294967296", "uids and gids must be in range 0-2147483647"),
        ])
    func refused(_ text: String, _ message: String) {
        #expect(throws: UsageError(message)) { try Self.database.resolve(text) }
    }

    @Test("Without any file root and numbers are known, names are not")
    func empty() throws {
        #expect(try UserDatabase().resolve(nil).home == "/")
        #expect(try UserDatabase().resolve("7").uid == 7)
        #expect(throws: UsageError.self) { try UserDatabase().resolve("root") }
    }

    @Test("A link in the root file system does not lead to the host's files")
    func hostileLink() throws {
        var template = Array("/tmp/minirun-users.XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template))
        let root = String(cString: made)
        defer {
            for name in ["/etc/passwd", "/etc/group", "/real"] { unlink(root + name) }
            rmdir(root + "/etc")
            rmdir(root)
        }
        mkdir(root + "/etc", 0o755)
        symlink("/etc/hostname", root + "/etc/passwd")
        symlink("../../../../../../real", root + "/etc/group")
        let file = try #require(fopen(root + "/real", "w"))
        fputs("inside:x:42:\n", file)
        fclose(file)
        let database = try UserDatabase.read(inRoot: FilePath(root))
        #expect(database.users.isEmpty)
        #expect(database.groups.map(\.name) == ["inside"])
    }
}
