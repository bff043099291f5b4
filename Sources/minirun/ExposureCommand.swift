import ArgumentParser
import CShim
import MiniRun

/// `minirun exposure`: who can get at published ports.
struct ExposureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exposure", abstract: "List the published ports and who can get at them.", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Option(name: .long, help: "table, json, or a Go template such as '{{.HostPort}} {{.Audience}}'.")
    var format: String?
    @Argument(help: "Only of this container.", completion: .containers)
    var container: String?

    func run() throws {
        try refusing {
            let reaches = try PortReaches(minirun.paths)
            print(try PortReaches.text(reaches.all(of: container), ListingOptions(format: format)), terminator: "")
            for obstacle in try reaches.obstacles() { StandardError.write("\(obstacle)\n") }
        }
    }
}

/// Says of published ports who can get at them, where people read it and no program does.
func tellExposure(_ paths: StatePaths, of container: String? = nil) {
    guard isatty(1) == 1, let reaches = try? PortReaches(paths).all(of: container), !reaches.isEmpty else { return }
    for reach in reaches { print(container == nil ? "\(reach.container): \(reach.sentence())" : reach.sentence()) }
}
