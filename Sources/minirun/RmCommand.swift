import ArgumentParser
import MiniRun

/// `minirun rm`: containers are removed, with what they wrote.
struct RmCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm", abstract: "Remove containers.", usage: "minirun rm [-f] [-v] CONTAINER...", helpNames: .long,
        aliases: ["remove"])

    @ParentCommand var minirun: Minirun
    @Flag(name: .shortAndLong, help: "Kill those that run.")
    var force = false
    @Flag(name: .shortAndLong, help: "Remove their volumes that have no name too.")
    var volumes = false
    @Argument(help: "Names or ids.", completion: .containers)
    var containers: [String]

    func run() throws {
        let results = try Lifecycle(minirun.paths).remove(containers, force: force, volumes: volumes)
        guard force else { return try report(containers, results) }
        // As with rm(1), what is not there need not be removed by force.
        let missing = zip(containers, results).filter { _, result in
            if case .failure(let error) = result { return error is NoSuchContainer }
            return false
        }
        for (_, result) in missing {
            if case .failure(let error) = result { StandardError.write("minirun: \(error)\n") }
        }
        let rest = zip(containers, results).filter { name, _ in !missing.contains { $0.0 == name } }
        try report(rest.map(\.0), rest.map(\.1))
    }
}
