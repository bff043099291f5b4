import Namespaces

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
    /// `ExposedPorts`: `80/tcp`.
    public var exposedPorts: [String] = []
    /// `Volumes`: places that get a volume of their own.
    public var volumes: [String] = []
    /// `Labels`.
    public var labels: [String: String] = [:]
    /// `StopSignal`.
    public var stopSignal: String?
    /// `Healthcheck`, as the image has it; the object of Docker's images.
    public var healthCheck: JSONValue?

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

extension ImageConfiguration {
    /// Reads the object; what is of another kind than it should be is left out, as Docker does.
    init(_ document: JSONValue) {
        self.init()
        entrypoint = (try? document.strings("Entrypoint")) ?? []
        command = (try? document.strings("Cmd")) ?? []
        environment = (try? document.strings("Env")) ?? []
        func given(_ key: String) -> String? {
            let text = document.text(key)
            return text.isEmpty ? nil : text
        }
        workingDirectory = given("WorkingDir")
        user = given("User")
        exposedPorts = Self.keys(document["ExposedPorts"])
        volumes = Self.keys(document["Volumes"])
        labels = (try? document.stringMap("Labels")) ?? [:]
        stopSignal = given("StopSignal")
        healthCheck = document["Healthcheck"].flatMap { $0 == .null ? nil : $0 }
    }

    private static func keys(_ value: JSONValue?) -> [String] {
        guard case .object(let members) = value else { return [] }
        return members.map(\.key)
    }
}
