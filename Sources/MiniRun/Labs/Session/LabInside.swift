import CShim
import Namespaces
import SystemPackage

/// The first process of a lab inside its world: it makes what the student finds, then runs the shell.
public struct LabInside: Sendable {
    /// That the lab is to begin anew.
    static let resetCode: Int32 = 213

    private let lab: Lab
    private let student: String
    private let command: [String]

    /// Whether it is started where the kernel lacks what the lab is about.
    public var ignoresNeeds = false
    /// Whether an exam begins without its faults.
    public var omitsFaults = false

    /// For a lab; `command` takes the place of the shell.
    public init(_ lab: Lab, student: String, command: [String]) {
        (self.lab, self.student, self.command) = (lab, student, command)
    }

    /// Runs the shell or the command to its end and returns its exit code. Throws `LabError` when the kernel lacks what
    /// the lab is about, and when the world cannot be made.
    public func run() throws -> Int32 {
        // Anywhere else it would be the machine that is changed.
        guard getppid() == 1, try Files.text("/proc/1/cmdline").parts("\0").contains(Playground.insideArgument) else {
            throw LabError(
                "a lab's first process runs in a playground only: minirun lab start",
                "实验的首个进程只能在 playground 中运行：minirun lab start")
        }
        if !ignoresNeeds, let lack = LabNeeds.lack(lab) { throw lack }
        try LabPlaces.build()
        LabPlaces.setEnvironment()
        setenv("PS1", "[lab\(lab.number) $(n=$(ip netns identify $$ 2>/dev/null); echo ${n:-host})]# ", 1)
        if let setup = try lab.text(of: "setup.sh") { try Self.prepare(setup) }
        try JSONFile.write(LabSnapshot(taking: LabWorld(StatePaths())), to: LabPlaces.start)
        try LabSession(lab, student: student).save()
        if lab.isExam, !omitsFaults { try breakForExam() }
        if command.isEmpty { print(LabWelcome.text(lab, width: TerminalWidth.columns), terminator: "") }
        fflush(nil)

        [SIGINT, SIGQUIT].forEach(minirun_ignore_signal)
        let shell = try HostProgram(command.isEmpty ? PlaygroundInside.shell : command)
        if command.isEmpty { try Files.write("\(shell.pid)", to: LabPlaces.shell) }
        let code = try shell.wait().code
        guard !command.isEmpty || access(LabPlaces.reset.string, F_OK) != 0 else { return Self.resetCode }
        return code == Self.resetCode ? 1 : code
    }

    /// Makes the exam's faults, drawn by its seed.
    private func breakForExam() throws {
        guard let session = try LabSession.current() else { return }
        var actions = try LabActions(session)
        var source = SeededSource(lab.name, seed: lab.seed)
        guard try actions.inject(lab.faults.shuffled(using: &source), count: lab.examFaults) else {
            throw LabError("the exam's faults cannot be made here", "这里无法制造考试的故障")
        }
        if command.isEmpty { print(actions.broken) }
    }

    /// Makes what the student finds.
    private static func prepare(_ script: String) throws {
        let (status, output) = try LabScript.run("set -eu\n\(script)")
        guard status == 0 else { throw LabError("the lab's world cannot be made: \(output)", "无法建立实验环境：\(output)") }
    }
}
