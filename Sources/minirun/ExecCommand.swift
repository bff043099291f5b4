import ArgumentParser
import MiniRun
import Namespaces

/// `minirun exec`: a command in a running container. Its words are read by `ExecRequest`, as those of `run` are.
struct ExecCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Execute a command in a running container (exec --help lists the options).",
        usage: "minirun exec [OPTIONS] CONTAINER COMMAND [ARG...]",
        helpNames: []
    )

    @ParentCommand var minirun: Minirun
    @Argument(
        parsing: .captureForPassthrough, help: "Options, container, command, its arguments.",
        completion: .custom { _, _, prefix in RunCompletion().containers(prefix) })
    var words: [String] = []

    func run() throws {
        throw ExitCode(try Self.run(words, paths: minirun.paths, explain: minirun.voices()))
    }

    /// Executes the command; the exit code is its own.
    static func run(_ words: some Sequence<String>, paths: StatePaths, explain voices: ExplainVoices?) throws -> Int32 {
        guard let request = try parsed(words) else {
            print(ExecHelp.text, terminator: "")
            return 0
        }
        return try ContainerExec(request, paths: paths, explain: voices).run()
    }

    /// Words that are no options of `exec` get Docker's second line as well: where to look them up.
    private static func parsed(_ words: some Sequence<String>) throws(UsageError) -> ExecRequest? {
        do { return try ExecRequest(parsing: words) } catch {
            throw UsageError("\(error.message)\n\nRun 'minirun exec --help' for more information")
        }
    }
}
