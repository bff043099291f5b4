import ArgumentParser
import MiniRun
import SystemPackage

/// `minirun lab new`: a lab to begin with.
struct LabNewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Write the files of a new lab, which works already.", helpNames: .long)

    @Option(name: .long, help: "Where to put it.", completion: .directory) var directory = "."
    @Argument(help: "A number and a word: 13-firewalls.") var name: String

    func run() throws { print(try LabScaffold.write(name, in: FilePath(directory))) }
}
