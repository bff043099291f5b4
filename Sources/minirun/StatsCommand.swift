import ArgumentParser
import CShim
import MiniRun

/// `minirun stats`: what containers use, now and again.
struct StatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Show what containers use, once a second.",
        usage: "minirun stats [OPTIONS] [CONTAINER...]", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Flag(name: .shortAndLong, help: "Show those that do not run as well.")
    var all = false
    @Option(name: .long, help: "table, table TEMPLATE, json, or a Go template such as '{{.Name}} {{.CPUPerc}}'.")
    var format: String?
    @Flag(name: .long, help: "Print once and end.")
    var noStream = false
    @Flag(name: .long, help: "Do not shorten.")
    var noTrunc = false
    @Argument(help: "Names or ids; all that run without any.", completion: .containers)
    var containers: [String] = []

    func run() throws {
        let reader = try StatsReader(minirun.paths, references: containers, all: all)
        let options = ListingOptions(format: format, isShortened: !noTrunc)
        _ = try reader.next()
        let clears = isatty(1) == 1 && !noStream
        repeat {
            // What a processor did can be told only of a stretch of time.
            sleep(1)
            let text = try StatsTable.text(reader.next(), options)
            print(clears ? "\u{1b}[2J\u{1b}[H\(text)" : text, terminator: "")
            fflush(nil)
        } while !noStream
    }
}
