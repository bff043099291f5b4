import ArgumentParser
import MiniRun

/// `minirun volume create`: a volume before its first use.
struct VolumeCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create a volume.", usage: "minirun volume create [OPTIONS] [VOLUME]",
        discussion: """
            run makes a volume on its first use; this is for one with labels or options:
            -o type=tmpfs -o device=tmpfs -o o=size=100m    in memory, as long as a container has it
            -o type=none -o o=bind -o device=/srv/data      a directory of the host
            """, helpNames: .long)

    @ParentCommand var group: VolumeCommand
    @Option(name: .shortAndLong, help: "local.")
    var driver = "local"
    @Option(name: .long, help: ArgumentHelp("A label; may be given more than once.", valueName: "key=value"))
    var label: [String] = []
    @Option(
        name: [.customShort("o", allowingJoined: true), .customLong("opt")],
        help: ArgumentHelp("An option of the driver: type, device, o.", valueName: "key=value"))
    var options: [String] = []
    @Argument(help: "Its name; without one it gets 64 hexadecimal digits.")
    var volume: String?

    func run() throws {
        var request = Volumes.Request(name: volume)
        request.driver = driver
        request.options = options
        request.labels = label
        try refusing { print(try Volumes(group.minirun.paths).create(request)) }
    }
}
