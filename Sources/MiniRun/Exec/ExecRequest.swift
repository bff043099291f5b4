import Namespaces

/// `minirun exec` in the user's words, read by the grammar of `run` from a table of its own; nothing interpreted yet.
public struct ExecRequest: Sendable, Equatable {
    private var words = RunRequest()

    /// CONTAINER: a name, an id, or the beginning of one.
    public var container: String { words.image }
    /// COMMAND and its arguments.
    public var command: [String] { words.command }
    /// `--detach`.
    public var detach: Bool { words.detach }
    /// `--interactive`.
    public var interactive: Bool { words.interactive }
    /// `--tty`.
    public var terminal: Bool { words.terminal }
    /// `--privileged`.
    public var privileged: Bool { words.privileged }
    /// `--user`.
    public var user: String? { words.user }
    /// `--workdir`.
    public var workingDirectory: String? { words.workingDirectory }
    /// `--env`.
    public var environment: [String] { words.environment }
    /// `--env-file`.
    public var environmentFiles: [String] { words.environmentFiles }
    /// `--detach-keys`.
    public var detachKeys: String? { words.detachKeys }

    /// Reads the words behind `exec`: options, then the container, then the command, which is the container's business. Nil
    /// when the words ask for help. Throws `UsageError`.
    public init?(parsing words: some Sequence<String>) throws(UsageError) {
        guard var rest = try self.words.takeOptions(from: words, among: RunOption.exec) else { return nil }
        guard let container = rest.popFirst(), !rest.isEmpty else {
            throw UsageError("\"minirun exec\" requires at least 2 arguments.")
        }
        self.words.image = container
        self.words.command = Array(rest)
    }
}

extension RunOption {
    /// The options of `exec`, in the order of the help.
    static let exec: [RunOption] = [
        RunOption("detach", short: "d", .flag, help: "Run the command in the background"),
        RunOption("interactive", short: "i", .flag, help: "Keep standard input open"),
        RunOption("tty", short: "t", .flag, help: "Give the command a terminal"),
        RunOption(
            "env", short: "e", .list, "NAME[=VALUE]", help: "Set an environment variable; without a value, pass ours on"
        ),
        RunOption("env-file", .list, "FILE", help: "Read environment variables from a file"),
        RunOption("workdir", short: "w", .value, "DIR", help: "Working directory inside"),
        RunOption("user", short: "u", .value, "USER[:GROUP]", help: "User name or id, and group"),
        RunOption("privileged", .flag, help: "All capabilities, no filter"),
        RunOption("detach-keys", .value, "KEYS", help: "Keys that let go of a terminal (ctrl-p,ctrl-q)"),
    ]
}

/// The help of `exec`, from the table of its options.
public enum ExecHelp {
    /// Options in a column, what they do beside it.
    public static var text: String {
        """
        Usage:  minirun exec [OPTIONS] CONTAINER COMMAND [ARG...]

        Execute a command in a running container: in its namespaces, as its user, with no more rights than it has.

        Options:
        \(RunOption.exec.help)

        """
    }
}
