import Namespaces

/// One thing that a lab has to prove about itself, in a world of its own.
public struct LabScenario: Sendable, Hashable, CustomStringConvertible {
    /// What is done.
    public enum Kind: Sendable, Hashable {
        /// The solution is played: everything has to be met.
        case solution
        /// A block of it is left out: exactly the checks that it names must fail.
        case omission(block: String)
        /// A fault is made after it: its checks have to fail, doctor has to find it, and its undo has to heal it.
        case fault(String)
    }

    /// In which commands the solution is.
    public var dialect: LabSolution.Dialect
    /// What is done with it.
    public var kind: Kind

    /// All that there is to prove about a lab. Throws `KernelError`.
    public static func all(of lab: Lab) throws -> [LabScenario] {
        var found: [LabScenario] = []
        for dialect in LabSolution.Dialect.allCases {
            guard let solution = try lab.solution(dialect) else { continue }
            found.append(LabScenario(dialect: dialect, kind: .solution))
            found += solution.blocks.map { LabScenario(dialect: dialect, kind: .omission(block: $0.name)) }
        }
        return found
            + lab.faults.flatMap { fault in
                fault.dialects.map { LabScenario(dialect: $0, kind: .fault(fault.id)) }
            }
    }

    /// As the words of a command.
    var words: [String] {
        switch kind {
        case .solution: ["--with", dialect.rawValue]
        case .omission(let block): ["--with", dialect.rawValue, "--without", block]
        case .fault(let id): ["--with", dialect.rawValue, "--fault", id]
        }
    }

    /// What the words of a command mean.
    public init(dialect: LabSolution.Dialect, without block: String?, fault: String?) {
        self.dialect = dialect
        kind = fault.map(Kind.fault) ?? block.map { .omission(block: $0) } ?? .solution
    }

    init(dialect: LabSolution.Dialect, kind: Kind) { (self.dialect, self.kind) = (dialect, kind) }

    /// `by-hand without cable`.
    public var description: String {
        switch kind {
        case .solution: dialect.rawValue
        case .omission(let block): "\(dialect.rawValue) without \(block)"
        case .fault(let id): "fault \(id) \(dialect.rawValue)"
        }
    }
}
