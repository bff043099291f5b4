import ArgumentParser
import CShim
import MiniRun

/// Tells of each of several containers whether what was asked of it was done: its name as it was typed, or the reason why
/// not. Throws the exit code 1 if any failed.
func report<Value>(
    _ references: [String], _ results: [Result<Value, any Error>],
    tell: (String, Value) -> String? = { name, _ in name }
) throws {
    var hasFailed = false
    for (reference, result) in zip(references, results) {
        switch result {
        case .success(let value): if let text = tell(reference, value) { print(text) }
        case .failure(let error):
            hasFailed = true
            // The supervisor's process has told some failures itself.
            if !"\(error)".isEmpty { StandardError.write("minirun: \(error)\n") }
        }
    }
    if hasFailed { throw ExitCode(1) }
}

/// Prints what an inspection has found, then what it has not. Throws the exit code 1 if there is any of the latter.
func show(_ inspection: (output: String, problems: [String])) throws {
    print(inspection.output, terminator: "")
    for problem in inspection.problems { StandardError.write("Error: \(problem)\n") }
    if !inspection.problems.isEmpty { throw ExitCode(1) }
}

/// Asks before something goes for good. Throws the exit code 1, with a word, unless the answer is yes.
func confirm(_ warning: String) throws {
    print("\(warning)\nAre you sure you want to continue? [y/N] ", terminator: "")
    let answer = readLine()
    // Only at a terminal is the answer's own end of line seen.
    if answer == nil || isatty(0) != 1 { print() }
    guard ["y", "Y", "yes"].contains(answer ?? "") else {
        print("Nothing is removed.")
        throw ExitCode(1)
    }
}

/// Tells what a prune has removed, if it has any.
func reportDeleted(_ kind: String, _ names: [String]) {
    if !names.isEmpty { print("Deleted \(kind):\n" + names.joined(separator: "\n") + "\n") }
}

/// Tells how much room a prune has got back, in bytes.
func reportReclaimed(_ size: Int64) { print("Total reclaimed space: \(HumanSize.decimal(size))") }

/// What Docker's daemon would refuse: the exit code is 1, whatever the reason.
func refusing<Value>(_ act: () throws -> Value) throws -> Value {
    do { return try act() } catch let code as ExitCode { throw code } catch {
        throw RunFailure(exitCode: 1, "\(error)")
    }
}

extension CompletionKind {
    /// The names of containers.
    static var containers: CompletionKind { .custom { _, _, prefix in RunCompletion().containers(prefix) } }
    /// The names of volumes.
    static var volumes: CompletionKind { .custom { _, _, prefix in RunCompletion().volumes(prefix) } }
    /// The names of images.
    static var images: CompletionKind { .custom { _, _, prefix in RunCompletion().images(prefix) } }
    /// The names of networks.
    static var networks: CompletionKind { .custom { _, _, prefix in RunCompletion().networks(prefix) } }
}
