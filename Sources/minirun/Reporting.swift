import ArgumentParser
import MiniRun

/// Tells of each of several containers whether what was asked of it was done: its name as it was typed, or the reason why
/// not. Throws the exit code 1 if any failed.
func report<Value>(
    _ references: [String], _ results: [Result<Value, any Error>], tell: (String, Value) -> String = { name, _ in name }
) throws {
    var hasFailed = false
    for (reference, result) in zip(references, results) {
        switch result {
        case .success(let value): print(tell(reference, value))
        case .failure(let error):
            hasFailed = true
            // The supervisor's process has told some failures itself.
            if !"\(error)".isEmpty { StandardError.write("minirun: \(error)\n") }
        }
    }
    if hasFailed { throw ExitCode(1) }
}

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
