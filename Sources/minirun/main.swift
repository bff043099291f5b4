import ArgumentParser
import CShim
import MiniRun
import Namespaces

/// Docker's exit code for whatever goes wrong before the container's own command has a say.
let runtimeFailure: Int32 = 125

/// Parses the words and runs the command; returns the exit code.
func runMinirun(_ words: [String]) -> Int32 {
    do {
        let global = try GlobalOptions(words)
        if global.rest.first == "run" {
            return try RunCommand.run(global.rest.dropFirst(), paths: global.paths, explain: global.voices)
        }
        if global.rest.starts(with: ["help", "exec"]) || global.rest == ["exec", "-h"] {
            print(ExecHelp.text, terminator: "")
            return 0
        }
        if global.rest.first == "exec" {
            return try ExecCommand.run(global.rest.dropFirst(), paths: global.paths, explain: global.voices)
        }
        if global.rest.starts(with: ["help", "run"]) {
            print(RunHelp.text, terminator: "")
            return 0
        }
        // Without a value it asks for every voice, which the parser would look for in the next word. What stands behind
        // the command may be a container's own.
        let options = words.prefix(words.count - global.rest.count).map { $0 == "--explain" ? "--explain=all" : $0 }
        try CommandWords.check(global.rest, root: global.paths.root.string)
        try UnsupportedOption.check(global.rest)
        var command = try Minirun.parseAsRoot(options + GoFlags.plain(CommandWords.plain(Array(global.rest))))
        try command.run()
        return 0
    } catch let exit as ExitCode {
        return exit.rawValue
    } catch let failure as RunFailure {
        if !failure.description.isEmpty { StandardError.write("minirun: \(failure)\n") }
        return failure.exitCode
    } catch {
        if Minirun.exitCode(for: error) == .success {  // --help, --version
            print(Minirun.fullMessage(for: error))
            return 0
        }
        let text = Minirun.message(for: error)
        StandardError.write("minirun: \(text.isEmpty ? String(describing: error) : text)\n")
        // As Docker's: a command that only looks answers 1 when what it was asked for is not there.
        let isAboutContainers =
            error is NoSuchContainer || error is NoSuchPort || error is ContainerConflict || error is AmbiguousContainer
            || error is NameTaken
        let isAboutNetworks = error is NoSuchNetwork || error is AmbiguousNetwork || error is NetworkConflict
        return isAboutContainers || isAboutNetworks ? 1 : runtimeFailure
    }
}

exit(runMinirun(Array(CommandLine.arguments.dropFirst())))
