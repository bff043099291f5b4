import ArgumentParser
import MiniRun

/// `minirun netns ...`: containers' network namespaces for the host's tools.
struct NetnsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "netns", abstract: "Show containers' network namespaces to the host's tools.",
        subcommands: [NetnsLsCommand.self, NetnsExecCommand.self, NetnsExposeCommand.self, NetnsHideCommand.self],
        helpNames: .long)

    @ParentCommand var minirun: Minirun
}

/// `minirun netns ls`: who is in which namespace.
struct NetnsLsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls", abstract: "List the network namespaces of running containers.", helpNames: .long,
        aliases: ["list"])

    @ParentCommand var netns: NetnsCommand
    @Option(name: .long, help: "table, table TEMPLATE, json, or a Go template such as '{{.Name}} {{.Netns}}'.")
    var format: String?
    @Flag(name: .long, help: "Do not shorten.")
    var noTrunc = false
    @Flag(name: .shortAndLong, help: "Print ids only.")
    var quiet = false

    func run() throws {
        let options = ListingOptions(format: format, quiet: quiet, isShortened: !noTrunc)
        print(try NetworkNamespaces(netns.minirun.paths).list(options), terminator: "")
    }
}

/// `minirun netns exec`: a program of the host in a container's network.
struct NetnsExecCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec", abstract: "Run a program of the host in a container's network.",
        usage: "minirun netns exec CONTAINER COMMAND [ARG...]", helpNames: .long)

    @ParentCommand var netns: NetnsCommand
    @Argument(help: "Name or id.", completion: .containers)
    var container: String
    @Argument(parsing: .captureForPassthrough, help: "The program and its arguments.")
    var command: [String] = []

    func run() throws {
        guard !command.isEmpty else { throw ValidationError("minirun netns exec needs a COMMAND") }
        let minirun = netns.minirun
        throw ExitCode(try NamespaceExec(minirun.paths, explain: minirun.voices()).run(container, command))
    }
}

/// `minirun netns expose`: a name for `ip netns`.
struct NetnsExposeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "expose", abstract: "Let ip-netns(8) know a container's network namespace, until it ends.",
        usage: "minirun netns expose CONTAINER [AS]",
        discussion:
            "Afterwards `ip netns exec NAME ip address` and the like work. The container's end takes the name away.",
        helpNames: .long)

    @ParentCommand var netns: NetnsCommand
    @Argument(help: "Name or id.", completion: .containers)
    var container: String
    @Argument(help: "The name in /run/netns; the container's own without one.")
    var name: String?

    func run() throws { print(try NetworkNamespaces(netns.minirun.paths).expose(container, as: name)) }
}

/// `minirun netns hide`: takes such names away.
struct NetnsHideCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hide", abstract: "Take away the names that expose gave.",
        usage: "minirun netns hide CONTAINER|NAME", helpNames: .long)

    @ParentCommand var netns: NetnsCommand
    @Argument(help: "A container, or one name in /run/netns.", completion: .containers)
    var name: String

    func run() throws {
        for name in try NetworkNamespaces(netns.minirun.paths).hide(name) { print(name) }
    }
}
