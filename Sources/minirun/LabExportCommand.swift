import ArgumentParser
import MiniRun
import SystemPackage

/// `minirun lab export`: the sheets as a web site.
struct LabExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write all sheets as web pages, in English and Chinese.", helpNames: .long)

    @Option(name: .long, help: "The directory to write into.", completion: .directory) var html: String
    @Flag(name: .long, inversion: .prefixedNo, help: "Play each lab once, to draw its world before and after.")
    var drawings = true

    func run() throws { try LabSite(LabLibrary().all()).write(to: FilePath(html), drawings: drawings) }
}
