import ArgumentParser
import MiniRun
import Namespaces

/// `minirun run`: a container in the foreground. Its words are read by `RunRequest`, whose table of options also serves
/// the help and the shells' completion.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a command in a new container (run --help lists the options).",
        usage: "minirun run [OPTIONS] IMAGE|DIR [COMMAND] [ARG...]",
        helpNames: []
    )

    @ParentCommand var minirun: Minirun
    @Argument(
        parsing: .captureForPassthrough, help: "Options, image or directory, command, its arguments.",
        completion: .custom { RunCompletion().candidates(words: $0, index: $1, prefix: $2) })
    var words: [String] = []

    func run() throws {
        throw ExitCode(try Self.run(words, paths: minirun.paths, explain: minirun.voices()))
    }

    /// Runs the container; the exit code is the workload's.
    static func run(_ words: some Sequence<String>, paths: StatePaths, explain voices: ExplainVoices?) throws -> Int32 {
        guard let request = try parsed(words, of: "run") else {
            print(RunHelp.text, terminator: "")
            return 0
        }
        do {
            try request.protectProgram()
            return try ContainerRun(request, paths: paths, explain: voices).run()
        } catch { throw RunFailure(error) }
    }

    /// Words that are no options of `run` get Docker's second line as well: where to look them up.
    static func parsed(_ words: some Sequence<String>, of command: String) throws(UsageError) -> RunRequest? {
        do { return try RunRequest(parsing: words) } catch {
            throw UsageError("\(error.message)\n\nRun 'minirun \(command) --help' for more information")
        }
    }
}
