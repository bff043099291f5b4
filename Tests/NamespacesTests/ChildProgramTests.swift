import CShim
import Testing

@testable import Namespaces

@Suite struct ChildProgramTests {
    @Test func stringsAndListsAreLaidOutForC() {
        var program = ChildProgram()
        program.append(.mount(source: "proc", target: "/proc", type: "proc", flags: [.noDevices], data: nil))
        program.append(.exec(candidates: ["/bin/a", "/b"], arguments: ["a", "é x"], environment: []))
        let flat = FlatProgram(program, reports: true)
        #expect(flat.count == 2)
        let mount = flat.operations[0]
        #expect(mount.code == MINIRUN_OP_MOUNT.rawValue)
        #expect(mount.number == 4)
        #expect(mount.path.map { String(cString: $0) } == "/proc")
        #expect(mount.text3 == nil)
        #expect(mount.flags == UInt32(MINIRUN_REPORT))
        let exec = flat.operations[1]
        #expect(exec.flags == 0, "nothing is reported once exec has begun")
        #expect(exec.list?[1].map { String(cString: $0) } == "é x")
        #expect(exec.list?[2] == nil)
        #expect(exec.list2?[0] == nil)
        #expect(exec.list3?[1].map { String(cString: $0) } == "/b")
    }

    @Test func optionalOperationKeepsWhatItWraps() {
        var program = ChildProgram()
        let slot = program.newSlot()
        program.append(.optional(.openTree("/dev/mqueue", recursive: true, slot)))
        let flat = FlatProgram(program, reports: false)
        #expect(flat.operations[0].code == MINIRUN_OP_OPEN_TREE.rawValue)
        #expect(flat.operations[0].flags == UInt32(MINIRUN_OPTIONAL))
        #expect(flat.operations[0].number == 1)
        #expect(flat.operations[0].slot == 0)
    }

    static let searches: [([String], [String], [String])] = [
        (["sh"], ["PATH=/a:/b"], ["/a/sh", "/b/sh"]),
        (["./sh"], ["PATH=/a"], ["./sh"]),
        (["/x"], [], ["/x"]),
        (["sh"], ["PATH=/a::/c"], ["/a/sh", "./sh", "/c/sh"]),
        (["sh"], ["PATH=/a", "PATH=/z"], ["/z/sh"]),
        ([""], [], []),
    ]

    @Test(arguments: searches)
    func commandIsSearchedAlongThePathInside(arguments: [String], environment: [String], expected: [String]) {
        #expect(ProcessSetup(arguments: arguments, environment: environment).candidates == expected)
    }

    @Test func commandWithoutPathIsSearchedWhereDockerDoes() {
        #expect(ProcessSetup(arguments: ["sh"], environment: []).candidates.first == "/usr/local/sbin/sh")
    }

    @Test func filterWithoutNoNewPrivilegesComesBeforeTheCapabilitiesGo() throws {
        var setup = ProcessSetup(arguments: ["sh"], environment: [])
        setup.capabilities = ProcessCapabilities(granted: .standard, uid: 0)
        setup.seccomp = [0, 0, 0, 0, 0, 0, 0, 0]
        let filter = try #require(setup.confinement.firstIndex(of: .seccomp([0, 0, 0, 0, 0, 0, 0, 0])))
        let masks = ProcessCapabilities(granted: .standard, uid: 0)
        #expect(filter < (try #require(setup.confinement.firstIndex(of: .capabilities(masks)))))
        setup.noNewPrivileges = true
        let later = try #require(setup.confinement.firstIndex(of: .seccomp([0, 0, 0, 0, 0, 0, 0, 0])))
        #expect(later > (try #require(setup.confinement.firstIndex(of: .noNewPrivileges))))
        #expect(later > (try #require(setup.confinement.firstIndex(of: .capabilities(masks)))))
    }

    @Test(arguments: [
        ChildOperation.hostname("a b"), .symlink("/dev/fd", pointsTo: "/proc/self/fd"), .maskPath("/proc/kcore"),
        .readOnlyPath("/proc/sys"), .makeDirectory("/it's", mode: 0o755),
        .exec(candidates: ["/bin/sh"], arguments: ["sh", "-c", "echo $HOME"], environment: ["A=b c"]),
    ])
    func shellLinesParse(operation: ChildOperation) throws {
        for line in operation.explanation.shell {
            let status = line.withCString { text -> Int32 in
                setenv("MINIRUN_TEST_LINE", text, 1)
                return system("printf '%s\\n' \"$MINIRUN_TEST_LINE\" | bash -n")
            }
            #expect(status == 0, "\(line)")
        }
        #expect(!operation.explanation.why.isEmpty)
    }
}
