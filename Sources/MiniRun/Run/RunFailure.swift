import Namespaces
import SystemPackage

/// A run that did not come to be, as the command line reports it.
public struct RunFailure: Error, CustomStringConvertible {
    /// 125 for minirun's own failures, 126 for a command that cannot be invoked, 127 for one that is not there.
    public let exitCode: Int32
    /// The sentence.
    public let description: String

    /// A failure whose sentence has been told already, by the supervisor's process.
    init(alreadyTold code: Int32) {
        exitCode = code
        description = ""
    }

    /// A failure in words of its own.
    public init(exitCode: Int32, _ description: String) {
        self.exitCode = exitCode
        self.description = description
    }

    /// Whatever stands in the way of a run is minirun's own failure there, also what other commands answer with 1.
    public init(_ error: any Error) {
        self = error as? RunFailure ?? RunFailure(exitCode: 125, String(describing: error))
    }

    /// Words an error of the start. `program` is what was to run.
    init(_ error: any Error, program: String) {
        guard let failure = error as? ChildFailure else {
            exitCode = 125
            description = String(describing: error)
            return
        }
        exitCode = failure.exitCode
        if !failure.isExec {
            description = failure.description
        } else if failure.isNotFound && !program.contains("/") {
            description = "exec: \"\(program)\": executable file not found in $PATH"
        } else if failure.isNotFound {
            description = "exec: \"\(program)\": stat \(program): \(KernelError.words(failure.errno))"
        } else {
            description = "exec: \"\(program)\": \(KernelError.words(failure.errno))"
        }
    }
}
