import ArgumentParser
import MiniRun

/// The command line's root: the options that stand before a command, and the commands.
struct Minirun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "minirun",
        abstract: "Run a command in namespaces of its own, on a network of your choice.",
        discussion: """
            Try it:   minirun run --rm -it busybox sh
            Ask it:   minirun --explain run --rm -p 8080:80 busybox true
            Play:     minirun playground
            """,
        subcommands: containerCommands + imageCommands + [
            ContainerCommand.self, ImageCommand.self, NetworkCommand.self, VolumeCommand.self, EventsCommand.self,
            PlanCommand.self,
            PlaygroundCommand.self,
            NetnsCommand.self, PlugCommand.self, UnplugCommand.self, UplinkCommand.self, TopoCommand.self,
            NetCommand.self, ExposureCommand.self, NsCommand.self,
            TraceCommand.self, CaptureCommand.self, LabCommand.self,
            VerifyCommand.self, DoctorCommand.self,
            SystemCommand.self, InfoCommand.self, VersionCommand.self, PlaygroundInsideCommand.self,
        ],
        helpNames: .long
    )

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Print each step as it happens: the command (sh), the system call (syscall), the reason (why).",
            valueName: "sh|syscall|why"),
        completion: .list(["sh", "syscall", "why", "all"]))
    var explain: String?
    @Option(
        name: .long, help: "Directory of what outlives a reboot (MINIRUN_ROOT, /var/lib/minirun).",
        completion: .directory)
    var root: String?
    @Option(name: .long, help: "Directory of running containers (MINIRUN_STATE, /run/minirun).", completion: .directory)
    var state: String?
    @Option(
        name: .long, help: "File of settings (MINIRUN_CONFIG, /etc/minirun/minirun.json).", completion: .file())
    var config: String?
    // Not the parser's own, which every command would then offer as well.
    @Flag(name: .long, help: "Show the version.")
    var version = false

    func validate() throws {
        if version { throw CleanExit.message(MiniRunVersion.text) }
    }

    /// What is done to containers; `minirun container` has them as well.
    static let containerCommands: [any ParsableCommand.Type] = [
        RunCommand.self, CreateCommand.self, StartCommand.self, StopCommand.self, RestartCommand.self, KillCommand.self,
        PauseCommand.self, UnpauseCommand.self, WaitCommand.self, RmCommand.self, RenameCommand.self,
        PsCommand.self, LogsCommand.self, ExecCommand.self, AttachCommand.self, TopCommand.self, StatsCommand.self,
        InspectCommand.self, PortCommand.self, PublishCommand.self, UnpublishCommand.self,
    ]

    /// What is done to images; `minirun image` has most of them as well.
    static let imageCommands: [any ParsableCommand.Type] = [
        PullCommand.self, LoadCommand.self, ImportCommand.self, ImagesCommand.self, RmiCommand.self, TagCommand.self,
    ]

    /// The places that the options or the environment name.
    var paths: StatePaths { StatePaths(root: root, state: state, configuration: config) }

    /// The voices that `--explain` asks for, if it was given.
    func voices() throws -> ExplainVoices? {
        try explain.map { try ExplainVoices(parsing: $0) }
    }
}
