import ArgumentParser
import MiniRun

/// `minirun topo`: what is there, as a picture.
struct TopoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topo", abstract: "Draw the namespaces, interfaces, cables and ports that are there.",
        discussion: """
            The host's IP stack is drawn as a router and each bridge as a switch. Namespaces made by hand and those of other
            programs are drawn too. The words are Chinese where the locale is (LANG=zh_CN.UTF-8).
            """,
        helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Option(
        name: .long, help: ArgumentHelp("text, svg, html, dot, mermaid or json.", valueName: "format"),
        completion: .list(TopologyFormat.allCases.map(\.rawValue)))
    var format = TopologyFormat.text
    @Flag(name: .shortAndLong, help: "Show loopback, link-local and MAC addresses, and all routes, too.")
    var all = false
    @Flag(name: .shortAndLong, help: "Draw again when something changes, until Ctrl-C.")
    var watch = false

    func validate() throws {
        if watch && format != .text { throw ValidationError("--watch draws text: it does not go with --format") }
    }

    func run() throws {
        try refusing {
            if watch { return try TopologyWatch(minirun.paths, all: all).run() }
            let picture = try Topology(minirun.paths).printed(
                as: format, all: all, width: TerminalWidth.columns, colours: TerminalWidth.showsColours)
            print(picture, terminator: "")
        }
    }
}

extension TopologyFormat: ExpressibleByArgument {}
