import CShim
import Namespaces
import SystemPackage
import Testing

@testable import MiniRun

/// What others may have put into the state directory misleads nobody and stops nothing.
struct HostileStateTests {
    private let store: ContainerStore
    private let id = String(repeating: "a", count: 64)

    init() throws {
        var template = Array("/tmp/minirun-state.XXXXXX".utf8CString)
        let path = try #require(mkdtemp(&template).map { String(cString: $0) })
        store = ContainerStore(StatePaths(root: path + "/root", state: path + "/state"))
        try Files.makeDirectory(store.paths.supervised(id))
        try Files.makeDirectory(store.paths.passing.names)
    }

    private func remove() throws { try Files.removeTree(store.paths.state.removingLastComponent()) }

    private func record(id: String, name: String) -> ContainerRecord {
        ContainerRecord(
            id: id, name: name, hostname: "h", request: RunRequest(), args: ["sh"], network: .init(mode: "none"))
    }

    private func put(_ record: ContainerRecord) throws {
        try JSONFile.write(record, to: store.paths.passing.record(id))
    }

    @Test("a record is read when it is its container's own, and refused when it is another's or names a path")
    func ownRecord() throws {
        defer { try? remove() }
        try put(record(id: id, name: "web"))
        #expect(try store.record(id)?.name == "web")
        try put(record(id: String(repeating: "b", count: 64), name: "web"))
        #expect(throws: CorruptFile.self) { try store.record(id) }
        try put(record(id: id, name: "../../victim"))
        #expect(throws: CorruptFile.self) { try store.record(id) }
    }

    @Test("what is no plain file is refused at once", arguments: ["fifo", "directory", "link"])
    func strangeFile(kind: String) throws {
        defer { try? remove() }
        let file = store.paths.passing.record(id).string
        switch kind {
        case "fifo": mkfifo(file, 0o600)
        case "directory": mkdir(file, 0o700)
        default: symlink("/etc/passwd", file)
        }
        #expect(throws: CorruptFile.self) { try store.record(id) }
        #expect(try store.containers(all: true, held: []).isEmpty)
    }

    @Test("files among the containers' directories are none of ours")
    func strayFile() throws {
        defer { try? remove() }
        try Files.write("x", to: store.paths.supervised.appending("stray"))
        try Files.write("x", to: store.paths.supervised(String(repeating: "c", count: 64)))
        #expect(try store.ids(in: store.paths.supervised) == [id])
        #expect(try store.containers(all: true, held: []).isEmpty)
    }

    @Test(
        "a state directory of somebody else's is refused", .enabled(if: geteuid() == 0, "needs root, to give it away"))
    func foreignDirectory() throws {
        defer { try? remove() }
        try store.checkOwner()
        chown(store.paths.state.string, 12345, 12345)
        #expect(throws: UsageError.self) { try store.checkOwner() }
    }
}
