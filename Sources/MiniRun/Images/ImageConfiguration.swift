/// What an image says about the process that it is meant for (the `config` object of an OCI image).
public struct ImageConfiguration: Sendable, Equatable {
    /// `Entrypoint`.
    public var entrypoint: [String] = []
    /// `Cmd`.
    public var command: [String] = []
    /// `Env`.
    public var environment: [String] = []
    /// `WorkingDir`.
    public var workingDirectory: String?
    /// `User`.
    public var user: String?
    /// `Volumes`: paths that get a volume of their own in each container, unless the user mounts something there.
    public var volumes: [String] = []

    /// A directory says nothing: a shell is the command.
    public static let plain = ImageConfiguration(command: ["sh"])
}

extension ImageConfiguration {
    /// Entry point and command: the user's words replace the image's command; a new entry point clears it as well.
    func arguments(for request: RunRequest) -> [String] {
        if let given = request.entrypoint { return (given.isEmpty ? [] : [given]) + request.command }
        return entrypoint + (request.command.isEmpty ? command : request.command)
    }
}
