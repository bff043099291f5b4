import ArgumentParser
import MiniRun

/// `minirun create`: a container that waits to be started. Its words are those of `run`.
struct CreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a container without starting it (run --help lists the options).",
        usage: "minirun create [OPTIONS] IMAGE|DIR [COMMAND] [ARG...]", helpNames: [])

    @ParentCommand var minirun: Minirun
    @Argument(
        parsing: .captureForPassthrough, help: "Options, image or directory, command, its arguments.",
        completion: .custom { RunCompletion().candidates(words: $0, index: $1, prefix: $2) })
    var words: [String] = []

    func run() throws {
        guard let request = try RunCommand.parsed(words, of: "create") else {
            print(RunHelp.text, terminator: "")
            return
        }
        print(try ContainerRun(request, paths: minirun.paths, explain: nil).create())
    }
}
