import CShim
import Namespaces
import SystemPackage

/// `lab test`: whether a lab is what it says, each scenario in a world of its own.
public struct LabProof: Sendable {
    private let lab: Lab
    private let program: String

    /// For a lab. Throws `KernelError`.
    public init(_ lab: Lab) throws {
        self.lab = lab
        program = try OwnProgram.path().string
    }

    /// What is told of one scenario.
    public struct Result: Sendable {
        /// What was done.
        public var scenario: LabScenario
        /// What came of it; nil when it is as the lab says.
        public var problem: String?
    }

    /// Carries out scenarios, so many side by side, and tells of each as it ends. Returns whether all were as they should be.
    public func run(
        _ scenarios: [LabScenario], sideBySide: Int, tell: @escaping @Sendable (Result) -> Void
    ) -> Bool {
        SideBySide.map(scenarios, threads: sideBySide) { scenario in
            let result = Result(scenario: scenario, problem: problem(scenario))
            tell(result)
            return result.problem == nil
        }.allSatisfy(\.self)
    }

    private func problem(_ scenario: LabScenario) -> String? {
        do {
            let words = [program, "lab", "start", "--whole", "--seed", "\(lab.seed)", lab.directory.string, "--"]
            let (status, output) = try Command.run(words + [program, "lab", "trial"] + scenario.words)
            return status == 0 ? nil : output
        } catch { return "\(error)" }
    }
}
