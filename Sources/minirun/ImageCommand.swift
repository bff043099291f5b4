import ArgumentParser
import MiniRun

/// `minirun image`: the commands about images, with the names that Docker gives them there.
struct ImageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image", abstract: "Images: pull, load, import, list, inspect, tag, remove.",
        subcommands: [
            Ls.self, PullCommand.self, LoadCommand.self, ImportCommand.self, Inspect.self, TagCommand.self, Rm.self,
            Prune.self,
        ], helpNames: .long)

    /// `image ls`.
    struct Ls: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ls", abstract: "List images.", usage: "minirun image ls [OPTIONS] [REPOSITORY[:TAG]]",
            helpNames: .long, aliases: ["list"])

        @OptionGroup var options: ImageListOptions
        @ParentCommand var minirun: Minirun

        func run() throws { try options.run(minirun.paths) }
    }

    /// `image inspect`.
    struct Inspect: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "inspect", abstract: "Show images in detail.",
            usage: "minirun image inspect [-f FORMAT] IMAGE...", helpNames: .long)

        @Option(name: .shortAndLong, help: "Go template, such as '{{.Config.Cmd}}'.")
        var format: String?
        @Argument(help: "Names or ids.", completion: .images)
        var images: [String]
        @ParentCommand var minirun: Minirun

        func run() throws {
            try show(refusing { try Images(minirun.paths).inspect(images, format: format) })
        }
    }

    /// `image rm`.
    struct Rm: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rm", abstract: "Remove images.", usage: "minirun image rm [-f] IMAGE...", helpNames: .long,
            aliases: ["remove"])

        @OptionGroup var options: ImageRemovalOptions
        @ParentCommand var minirun: Minirun

        func run() throws { try options.run(minirun.paths) }
    }

    /// `image prune`.
    struct Prune: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "prune", abstract: "Remove images that have no name.", usage: "minirun image prune [-a] [-f]",
            helpNames: .long)

        @Flag(name: .shortAndLong, help: "All that no container is made of.")
        var all = false
        @Flag(name: .shortAndLong, help: "Do not ask.")
        var force = false
        @Option(
            name: .long,
            help: ArgumentHelp(
                "Only those that match: until=TIME, label=KEY[=VALUE], label!=..., dangling=.", valueName: "filter"))
        var filter: [String] = []
        @ParentCommand var minirun: Minirun

        func run() throws {
            try refusing {
                let isWanted = try PruneFilter(filter, ofImages: true)
                if !force {
                    try confirm(
                        "WARNING! This will remove all "
                            + (all ? "images without at least one container associated to them." : "dangling images."))
                }
                let removed = try Images(minirun.paths).prune(isWanted, all: all)
                reportDeleted("Images", removed.lines)
                reportReclaimed(removed.size)
            }
        }
    }
}

/// The options of `images` and `image ls`.
struct ImageListOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Accepted: there are no intermediate images.")
    var all = false
    @Flag(name: .shortAndLong, help: "Only ids.")
    var quiet = false
    @Flag(name: .long, help: "Whole ids.")
    var noTrunc = false
    @Option(name: .long, help: "table, json, or a Go template, such as '{{.Repository}}:{{.Tag}}'.")
    var format: String?
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("dangling=, label=, reference=, before=, since=.", valueName: "key=value"))
    var filter: [String] = []
    @Argument(help: "Only those of this name.", completion: .images)
    var repository: String?

    func run(_ paths: StatePaths) throws {
        let options = ListingOptions(format: format, quiet: quiet, isShortened: !noTrunc)
        print(
            try refusing { try Images(paths).list(repository, filters: filter, options) }, terminator: "")
    }
}

/// `minirun images`.
struct ImagesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "images", abstract: "List images.", usage: "minirun images [OPTIONS] [REPOSITORY[:TAG]]",
        helpNames: .long)

    @OptionGroup var options: ImageListOptions
    @ParentCommand var minirun: Minirun

    func run() throws { try options.run(minirun.paths) }
}

/// The words of `rmi` and `image rm`.
struct ImageRemovalOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Also an image that stopped containers are made of, or that has several names.")
    var force = false
    @Argument(help: "Names or ids.", completion: .images)
    var images: [String]

    func run(_ paths: StatePaths) throws {
        let results = try refusing { try Images(paths).remove(images, force: force) }.map { result in
            result.flatMapError { error -> Result<[String], any Error> in
                // As with Docker what is not there is told, and is no failure.
                guard force, error is NoSuchImage else { return .failure(error) }
                StandardError.write("minirun: \(error)\n")
                return .success([])
            }
        }
        try report(images, results) { _, lines in lines.isEmpty ? nil : lines.joined(separator: "\n") }
    }
}

/// `minirun rmi`.
struct RmiCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rmi", abstract: "Remove images.", usage: "minirun rmi [-f] IMAGE...", helpNames: .long)

    @OptionGroup var options: ImageRemovalOptions
    @ParentCommand var minirun: Minirun

    func run() throws { try options.run(minirun.paths) }
}
