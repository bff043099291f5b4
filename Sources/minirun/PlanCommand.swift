import ArgumentParser
import MiniRun

/// `minirun plan run ...`, `minirun plan network create ...`: what the command would do, without doing it.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Print what a command would do, and do nothing.",
        usage: """
            minirun plan [-o FILE.sh] run [OPTIONS] IMAGE|DIR [COMMAND] [ARG...]
            minirun plan network create [OPTIONS] NETWORK
            """,
        helpNames: .long
    )

    @ParentCommand var minirun: Minirun
    @Option(name: .shortAndLong, help: "Write a script that does the same by hand.", completion: .file())
    var output: String?
    @Argument(
        parsing: .captureForPassthrough, help: "run or network create, with its options.",
        completion: .custom { RunCompletion().candidates(words: $0, index: $1, prefix: $2) })
    var command: [String] = []

    func run() throws {
        if ["--help", "-h"].contains(command.first) { throw CleanExit.helpRequest(self) }
        if command.starts(with: ["network", "create"]) {
            guard output == nil else { throw ValidationError("-o goes with plan run only") }
            let options = try NetworkCreateOptions.parse(Array(command.dropFirst(2)))
            let networks = Networks(minirun.paths, explain: try minirun.voices() ?? .all)
            return try refusing { try networks.printPlan(options.request) }
        }
        guard command.first == "run" else {
            throw ValidationError("plan takes a command: minirun plan run [OPTIONS] IMAGE|DIR [COMMAND] [ARG...]")
        }
        guard let request = try RunRequest(parsing: command.dropFirst()) else {
            print(RunHelp.text, terminator: "")
            return
        }
        let container = try ContainerRun(request, paths: minirun.paths, explain: try minirun.voices() ?? .all)
        if let output {
            try container.writeScript(to: output)
        } else {
            try container.printPlan()
        }
    }
}
