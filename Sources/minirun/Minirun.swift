import ArgumentParser
import MiniRun

/// The command line's root: it only names the subcommands; `main.swift` runs them.
struct Minirun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "minirun",
        abstract: "Run a command in namespaces of its own, on a network of your choice.",
        usage: "minirun [--explain[=sh|syscall|why]] [--root DIR] [--state DIR] COMMAND ...",
        discussion: """
            Try it:  minirun run --rm -it busybox sh
            Ask it:  minirun --explain run --rm -p 8080:80 busybox true
            Play:    minirun playground
            """,
        version: MiniRunVersion.text,
        subcommands: [
            RunCommand.self, PlanCommand.self, PsCommand.self, PortCommand.self, InspectCommand.self,
        ],
        helpNames: .long
    )
}
