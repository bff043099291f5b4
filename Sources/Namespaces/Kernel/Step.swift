/// What a step says about itself, in three voices.
///
/// `shell` is valid shell: `minirun plan -o FILE.sh` writes these very lines, so an explanation that lies breaks a test.
/// Values that are known only at run time are shell variables: `$PID` is the container's first process as the host sees it.
public struct Explanation: Sendable, Equatable {
    /// The equivalent `unshare`/`mount`/`ip`/`nft` commands, one a line.
    public var shell: [String]
    /// The system calls or netlink messages, flags by name.
    public var systemCalls: [String]
    /// One sentence: why this step exists.
    public var why: String

    /// Gathers the three voices of one step.
    public init(shell: [String], systemCalls: [String], why: String) {
        self.shell = shell
        self.systemCalls = systemCalls
        self.why = why
    }
}

/// Anything of a plan that can be explained: a step, or one operation of the child program inside a step.
public protocol Explainable: Sendable {
    /// The three voices. Computed on demand, so a run that explains nothing pays nothing.
    var explanation: Explanation { get }

    /// Whether this only makes ready for what follows, and is best told together with it.
    var isPreparation: Bool { get }
}

extension Explainable {
    /// Most things stand for themselves.
    public var isPreparation: Bool { false }
}

/// One typed act of a plan: a value that can be printed, applied and, through the stage's undo list, taken back.
///
/// A plan is an ordered list of these; it is printed, or applied, or taken back.
public protocol Step: Explainable {
    /// Does it, and pushes its reverse on `stage.undo` *before* the next step can fail.
    func apply(on stage: Stage) throws

    /// What happens inside the container as part of this step, in order; empty for most steps.
    var inside: [any Explainable] { get }
}

extension Step {
    /// Nothing happens inside the container.
    public var inside: [any Explainable] { [] }
}
