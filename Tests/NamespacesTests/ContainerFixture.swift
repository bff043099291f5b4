import CShim
import SystemPackage
import Testing

@testable import Namespaces

/// A busybox root file system and the programs of containers on it, for tests that really spawn. Needs root.
final class ContainerFixture {
    let directory: String
    let stage = Stage()
    var program = ChildProgram()
    let map: IDMap
    let root: MountSlot
    var controlGroup: ControlGroup?

    static var isRoot: Bool { geteuid() == 0 }
    static let busybox = "/bin/busybox"
    static var canSpawn: Bool { isRoot && access(busybox, X_OK) == 0 }

    init(map: IDMap? = nil) throws {
        var template = Array("/var/tmp/minirun-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Errno.current }
        directory = String(cString: made)
        chmod(directory, 0o755)
        self.map = try map ?? SubordinateIDs.mapForContainer()
        root = program.newSlot()
        try shell(
            "mkdir -p \(image)/bin && cp \(Self.busybox) \(image)/bin && cd \(image)/bin &&"
                + " for a in sh rm ls cat id stat readlink sleep mount grep ps touch echo wc find true kill tty stty; do"
                + " ln -s busybox $a; done")
    }

    deinit {
        stage.undo.unwind()
        try? Files.removeTree(FilePath(directory))
    }

    var image: String { "\(directory)/image" }

    func shell(_ command: String) throws {
        let status = system(command)
        try #require(status == 0, "\(command)")
    }

    /// Standard mounts and a command, run to its end; what it printed and how it ended.
    func run(
        _ arguments: [String], mounts: StandardMounts = StandardMounts(), new: Set<NamespaceKind>? = nil,
        joins: [SpawnStep.Join] = [], setup change: (inout ProcessSetup) -> Void = { _ in },
        extra: [ChildOperation] = [], steps: [any Step] = [], inMemory: Bool = false,
        writesThrough: Bool = false
    ) throws -> (output: String, exit: ProcessExit) {
        let (process, reader) = try start(
            arguments, mounts: mounts, new: new, joins: joins, setup: change, extra: extra, steps: steps,
            inMemory: inMemory, writesThrough: writesThrough)
        let output = try text(from: reader)
        return (output, try process.wait())
    }

    func text(from reader: CInt) throws -> String {
        defer { close(reader) }
        return try Files.text(FilePath("/proc/self/fd/\(reader)"))
    }

    func start(
        _ arguments: [String], mounts: StandardMounts = StandardMounts(), new: Set<NamespaceKind>? = nil,
        joins: [SpawnStep.Join] = [], setup change: (inout ProcessSetup) -> Void = { _ in },
        extra: [ChildOperation] = [], steps: [any Step] = [], inMemory: Bool = false,
        writesThrough: Bool = false
    ) throws -> (process: SpawnedProcess, reader: CInt) {
        var setup = ProcessSetup(arguments: arguments, environment: ["PATH=/bin", "TERM=xterm"])
        change(&setup)
        let new = new ?? [.user, .mount, .uts, .ipc, .pid, .network]
        program.append([.awaitMaps, .becomeRoot, .parentDeathSignal(9)])
        let outputs = try Self.pipe()
        program.append(.standardStream(1, from: outputs.writer))
        program.append(
            mounts.operations(
                root: root, rootName: "the root", map: map, hasUserNamespace: new.contains(.user) || !joins.isEmpty,
                in: &program))
        program.append(extra)
        program.append(mounts.finalOperations)
        program.append(setup.before + [.reportReady, .awaitRelease])
        program.append(setup.confinement + setup.execution)
        defer { close(outputs.writer) }
        try SpawnStep(new: new, joins: joins, controlGroup: controlGroup, map: map, program: program).apply(on: stage)
        let rootMap = new.contains(.user) || !joins.isEmpty ? map : IDMap(outside: 0, count: UInt32.max)
        if writesThrough {
            try DirectRoot(directory: FilePath(image), map: rootMap, slot: root).apply(on: stage)
        } else {
            try OverlayRoot(
                lowers: [FilePath(image)], scratch: inMemory ? nil : FilePath("\(directory)/layer"),
                isVolatile: true, map: rootMap, slot: root
            ).apply(on: stage)
        }
        for step in steps { try step.apply(on: stage) }
        let process = try #require(stage.resource(SpawnedProcess.self))
        try process.waitUntilReady()
        try process.release()
        try process.waitForExec()
        return (process, outputs.reader)
    }

    static func pipe() throws -> (reader: CInt, writer: CInt) {
        var ends: [CInt] = [-1, -1]
        if CShim.pipe(&ends) != 0 { throw Errno.current }
        _ = minirun_fcntl(ends[0], F_SETFD, CLong(FD_CLOEXEC))
        _ = minirun_fcntl(ends[1], F_SETFD, CLong(FD_CLOEXEC))
        return (ends[0], ends[1])
    }
}
