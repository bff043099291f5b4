import CShim
import Namespaces
import SystemPackage
import Testing

@testable import MiniRun

/// Volumes on disk.
struct VolumeStoreTests {
    /// A store in a directory of its own, which goes with it.
    private final class Fixture {
        let base: FilePath
        let store: VolumeStore

        init() throws {
            base = FilePath("/tmp/minirun-volumes-\(try ContainerID.make().prefix(12))")
            store = VolumeStore(StatePaths(root: "\(base)/root", state: "\(base)/state"))
        }

        deinit { try? Files.removeTree(base) }
    }

    @Test("a record is read as it was written, and lies where a learner finds it")
    func written() throws {
        let fixture = try Fixture()
        let store = fixture.store
        let record = VolumeRecord(
            "data", labels: ["a": "b"], options: ["o": "bind"], created: Timestamp(nanoseconds: 5))
        let section = try store.section()
        try store.write(record)
        try store.write(VolumeRecord("data2", isAnonymous: true))
        withExtendedLifetime(section) {}
        #expect(try store.find("data") == record)
        #expect(try store.find("data2").isAnonymous && !store.find("data").isAnonymous)
        #expect(try store.all().map(\.name) == ["data", "data2"])
        #expect(try Set(Files.names(in: store.directory("data"))) == ["_data", "volume.json"])
        var status = stat()
        #expect(stat(store.paths.volumes.string, &status) == 0 && status.st_mode & 0o777 == 0o700)
        #expect(throws: NoSuchVolume(name: "nope")) { try store.find("nope") }
        for name in ["..", "../x", "", "/etc", ".data.new"] {
            #expect(throws: NoSuchVolume(name: name)) { try store.find(name) }
        }
    }

    @Test("a damaged record, or another volume's, is named and takes no other down")
    func damaged() throws {
        let fixture = try Fixture()
        let store = fixture.store
        let section = try store.section()
        try store.write(VolumeRecord("aa"))
        try store.write(VolumeRecord("bb"))
        try JSONFile.write(VolumeRecord("../../etc"), to: store.file("bb"))
        withExtendedLifetime(section) {}
        #expect(throws: CorruptFile.self) { try store.find("bb") }
        #expect(try store.all().map(\.name) == ["aa"])
    }

    @Test("one that goes is gone in one step; what a killed remover left is swept")
    func removed() throws {
        let fixture = try Fixture()
        let store = fixture.store
        let section = try store.section()
        try store.write(VolumeRecord("data"))
        try Files.write("x", to: store.data("data").appending("f"))
        try store.remove("data")
        try Files.makeDirectory(store.directory(".half.new").appending("_data"))
        #expect(try store.all().isEmpty)
        try store.sweep()
        #expect(try Files.names(in: store.paths.volumes) == ["lock"])
        withExtendedLifetime(section) {}
    }

    @Test(
        "options of the driver",
        arguments: [
            ([:], LocalDriver.plain),
            (["type": "tmpfs", "device": "tmpfs", "o": "size=1m,ro"], .memory(["size=1m", "ro"])),
            (["type": "none", "device": "/a/../b", "o": "bind"], .bind("/b", isReadOnly: false)),
            (["type": "none", "device": "/b", "o": "ro,rbind"], .bind("/b", isReadOnly: true)),
        ] as [([String: String], LocalDriver)])
    func driver(options: [String: String], expected: LocalDriver) throws {
        #expect(try LocalDriver(options) == expected)
    }

    @Test(
        "options that cannot be",
        arguments: [
            (["foo": "1"], "invalid option: \"foo\""), (["size": "1g"], "quota size requested but no quota support"),
            (["type": "tmpfs"], "missing required option: \"device\""),
            (["o": "bind", "device": "/x"], "missing required option: \"type\""),
            (["type": "tmpfs", "device": "t", "o": "wrong"], "tmpfs option wrong is not supported"),
            (
                ["type": "none", "device": "x", "o": "bind"],
                "invalid option: device=x: a directory of the host is an absolute path"
            ),
        ] as [([String: String], String)])
    func driverRefuses(options: [String: String], message: String) {
        #expect(throws: UsageError(message)) { try LocalDriver(options) }
    }

    @Test("what a container gets: its own options, then other containers', then its image's")
    func resolution() throws {
        let fixture = try Fixture()
        let containers = ContainerStore(fixture.store.paths)
        let request = try #require(
            try RunRequest(parsing: ["-v", "mine:/a", "-v", "/b", "--tmpfs", "/c", "busybox", "sh"]))
        var image = ImageConfiguration.plain
        image.volumes = ["/a/", "/b", "/c", "/d", "e", "/", "/d/."]
        let mounts = try MountResolution.mounts(ContainerConfiguration(request), image: image, containers)
        #expect(mounts.map(\.target) == ["/a", "/b", "/c", "/d", "/e"])
        #expect(mounts.map(\.isAnonymous) == [false, true, false, true, true])
        #expect(mounts.map { $0.kind == .tmpfs || ContainerID.isWhole($0.source) } == [false, true, true, true, true])
        #expect(Set(mounts.map(\.source)).count == 5)
    }

    @Test(
        "--volumes-from",
        arguments: [("db", "db", false), ("db:ro", "db", true), ("db:rw", "db", false), ("db:z,ro", "db", true)])
    func volumesFrom(text: String, container: String, isReadOnly: Bool) throws {
        let parsed = try VolumesFrom(parsing: text)
        #expect(parsed.container == container && parsed.isReadOnly == isReadOnly)
        #expect(throws: UsageError("invalid mode for volumes-from: nocopy")) { try VolumesFrom(parsing: "db:nocopy") }
    }

    @Test(
        "the mount that an open file lies in",
        arguments: [
            ("20", "/", []), ("21", "/srv", []), ("22", "/srv", ["shared:1"]), ("23", "/srv/a b", ["master:2"]),
            ("2", nil, nil),
        ] as [(String, String?, [String]?)])
    func propagation(number: String, point: String?, tags: [String]?) {
        let table = """
            20 1 8:1 / / rw - ext4 /dev/sda1 rw
            21 20 0:5 / /srv rw,relatime - tmpfs t rw
            22 21 0:6 / /srv rw,relatime shared:1 - tmpfs t rw
            23 22 0:7 / /srv/a\\040b rw master:2 - tmpfs t rw
            """
        let file = "pos:\t0\nflags:\t012100000\nmnt_id:\t\(number)\nino:\t7\n"
        let found = PropagationCheck.mountNumber(in: file).flatMap { PropagationCheck.mount($0, in: table) }
        #expect(found?.point == point && found?.tags == tags)
    }
}
