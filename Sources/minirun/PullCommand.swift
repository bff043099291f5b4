import ArgumentParser
import MiniRun

/// `minirun pull`: an image comes from its registry, carried by skopeo.
struct PullCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull", abstract: "Fetch an image from its registry (needs skopeo).",
        usage: "minirun pull [OPTIONS] NAME[:TAG|@DIGEST]", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Option(
        name: .long,
        help: ArgumentHelp("false: plain HTTP and unproven certificates will do.", valueName: "true|false"))
    var tlsVerify: Bool?
    @Option(name: .long, help: ArgumentHelp("Another machine's variant: linux/arm64.", valueName: "os/arch"))
    var platform: String?
    @Option(name: .long, help: ArgumentHelp("Name and password at the registry.", valueName: "name:password"))
    var creds: String?
    @Option(name: .long, help: "File of credentials, as `skopeo login` writes it.", completion: .file())
    var authfile: String?
    @Flag(name: .shortAndLong, help: "Print the id only.")
    var quiet = false
    @Argument(help: "The image's name.")
    var image: String

    func run() throws {
        let access = Images.Access(
            verifiesTLS: tlsVerify, platform: platform, credentials: creds, authorityFile: authfile, isQuiet: quiet)
        let pulled = try Images(minirun.paths).pull(image, access)
        print(quiet ? "\(pulled.id)" : pulled.name)
    }
}

/// `minirun load`: images come out of an archive.
struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Load images from an archive of docker save, podman save or OCI.",
        usage: "minirun load [-i FILE]", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Option(name: .shortAndLong, help: "The archive; else standard input.", completion: .file())
    var input: String?
    @Flag(name: .shortAndLong, help: "Print nothing.")
    var quiet = false

    func run() throws {
        let loaded = try Images(minirun.paths).load(input == "-" ? nil : input)
        guard !quiet else { return }
        for image in loaded {
            print(image.name.isEmpty ? "Loaded image ID: \(image.id)" : "Loaded image: \(image.name)")
        }
    }
}

/// `minirun import`: a root file system becomes an image.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Make an image of a root file system: a tar archive, or a directory.",
        usage: "minirun import [OPTIONS] FILE.tar|DIR|- [NAME[:TAG]]", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "A line of a Dockerfile: CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, USER, VOLUME ...", valueName: "line"))
    var change: [String] = []
    @Option(name: .shortAndLong, help: "A word about it.")
    var message = ""
    @Argument(help: "The archive, - for standard input, or the directory.", completion: .file())
    var source: String
    @Argument(help: "The image's name.")
    var name: String?

    func run() throws {
        print(try Images(minirun.paths).importing(source, as: name, changes: change, message: message).id)
    }
}

/// `minirun tag`.
struct TagCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag", abstract: "Give an image one name more.", usage: "minirun tag IMAGE NAME[:TAG]",
        helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Argument(help: "Name or id.", completion: .images)
    var image: String
    @Argument(help: "The new name.")
    var name: String

    func run() throws { try refusing { try Images(minirun.paths).tag(image, as: name) } }
}
