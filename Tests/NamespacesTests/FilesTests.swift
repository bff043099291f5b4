import CShim
import Namespaces
import SystemPackage
import Testing

/// What a file is written over and into.
@Suite struct FilesTests {
    private let directory: FilePath

    init() throws {
        var template = Array("/tmp/minirun-files-XXXXXX".utf8CString)
        directory = FilePath(String(cString: try #require(mkdtemp(&template))))
    }

    private func remove(_ names: String...) {
        for name in names { unlink(directory.appending(name).string) }
        rmdir(directory.string)
    }

    @Test func neverWritesIntoAFileThatWaitedUnderTheTemporaryName() throws {
        let target = directory.appending("script")
        let trap = directory.appending(".script.\(getpid()).new")
        let other = directory.appending("other")
        defer { remove("script", "other") }
        // A hard link: its owner would still have the content in hand after the rename.
        close(minirun_open(other.string, O_WRONLY | O_CREAT, 0o666))
        #expect(link(other.string, trap.string) == 0)
        try Files.write(Array("mine".utf8), to: target)
        #expect(try Files.text(target) == "mine")
        #expect(try Files.text(other) == "")
        #expect(access(trap.string, F_OK) != 0)
    }

    @Test func whatAKilledWriterLeftIsSwept() throws {
        // No bare fork: it would hold other tests' sockets for a moment.
        let program = try HostProgram(["true"])
        let child = program.pid
        _ = try program.wait()
        let names = [".web.\(child).new", ".web.\(getpid()).new", ".web.new", "web.\(child).new"]
        defer { for name in names { remove(name) } }
        for name in names { close(minirun_open(directory.appending(name).string, O_WRONLY | O_CREAT, 0o600)) }
        try Files.sweepTemporaries(in: directory)
        #expect(try Set(Files.names(in: directory)) == Set(names.dropFirst()))
    }

    @Test func writesIntoAPipeAndLeavesItThere() throws {
        let pipe = directory.appending("pipe")
        defer { remove("pipe") }
        #expect(mkfifo(pipe.string, 0o600) == 0)
        let reader = minirun_open(pipe.string, O_RDWR, 0)
        defer { close(reader) }
        try Files.write(Array("text".utf8), to: pipe)
        var bytes = [UInt8](repeating: 0, count: 8)
        #expect(read(reader, &bytes, 8) == 4)
        var status = stat()
        #expect(stat(pipe.string, &status) == 0 && status.st_mode & mode_t(S_IFMT) == mode_t(S_IFIFO))
    }
}
