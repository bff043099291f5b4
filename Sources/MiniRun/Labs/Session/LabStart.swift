import CShim
import Namespaces
import SystemPackage

/// `lab start`: a world for a lab, and a shell in it. A reset begins with a new one.
public struct LabStart: Sendable {
    /// The words that make minirun the lab's first process; `main` never shows them.
    public static let insideWords = ["lab", "inside"]

    private let lab: Lab
    private let student: String
    private let command: [String]

    /// Whether it is started where the kernel lacks what the lab is about.
    public var ignoresNeeds = false
    /// Whether an exam begins without its faults.
    public var omitsFaults = false

    /// For a lab; `command` takes the place of the shell.
    public init(_ lab: Lab, student: String? = nil, command: [String] = []) {
        self.lab = lab
        self.student = student ?? getenv("SUDO_USER").orElse(getenv("USER")) ?? "student"
        self.command = command
    }

    /// Runs it to its end; returns the exit code of the shell or the command. Throws what kept the world from standing.
    public func run() throws -> Int32 {
        guard !lab.directory.starts(with: "/run"), !lab.directory.starts(with: "/var/run") else {
            throw LabError(
                "\(lab.directory) cannot be seen in the lab's world, which has a /run of its own: copy it elsewhere",
                "实验环境有自己的 /run，看不到 \(lab.directory)：请把它复制到别处")
        }
        for name in ["MINIRUN_ROOT", "MINIRUN_STATE", "MINIRUN_CONFIG"] { unsetenv(name) }
        let words =
            try [OwnProgram.path().string] + Self.insideWords
            + ["--seed", "\(lab.seed)", "--student=\(student)"] + (ignoresNeeds ? ["--anyway"] : [])
            + (omitsFaults ? ["--whole"] : [])
            + [lab.directory.string, "--"] + command
        while true {
            let code = try Playground(command: words).run()
            guard code == LabInside.resetCode, command.isEmpty else { return code }
        }
    }
}

extension UnsafeMutablePointer<CChar>? {
    /// A variable's value, or that of another one.
    fileprivate func orElse(_ other: UnsafeMutablePointer<CChar>?) -> String? {
        (self ?? other).map { String(cString: $0) }
    }
}
