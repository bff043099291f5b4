import NetSetup

extension RunRequest {
    /// The same request in words that mean the same wherever, whenever and by whomever they are read again: files of options
    /// read, variables looked up, paths absolute. `configuration` is what the words mean here and now.
    func anchored(_ configuration: ContainerConfiguration, directory: String) -> RunRequest {
        var request = self
        request.cidfile = nil
        if image.begins(with: ".") {
            request.image = CleanPath.of("\(directory)/\(image)")
        } else if var layout = LayoutImage(image), !layout.directory.begins(with: "/") {
            layout.directory = CleanPath.of("\(directory)/\(layout.directory)")
            request.image = layout.description
        }
        if !environmentFiles.isEmpty || environment.contains(where: { !$0.contains("=") }) {
            request.environment = configuration.environment
            request.environmentFiles = []
        }
        if !labelFiles.isEmpty {
            request.labels = configuration.labels.map { "\($0.key)=\($0.value)" }.sorted()
            request.labelFiles = []
        }
        if !exposeFrom.isEmpty {
            request.expose = configuration.exposed.map(\.description)
            request.exposeFrom = []
        }
        request.volumes = volumes.map { $0.begins(with: ".") ? "\(directory)/\($0)" : $0 }
        request.mounts = mounts.map { Self.anchored(mount: $0, directory) }
        request.securityOptions = securityOptions.map { Self.anchored(security: $0, directory) }
        return request
    }

    private static func anchored(mount: String, _ directory: String) -> String {
        mount.parts(",").map { field in
            let (key, value) = field.cut("=")
            guard let value, ["source", "src"].contains(key.lowercased()), value.begins(with: ".") else { return field }
            return "\(key)=\(directory)/\(value)"
        }.joined(separator: ",")
    }

    private static func anchored(security option: String, _ directory: String) -> String {
        let prefix = "seccomp="
        guard option.begins(with: prefix) else { return option }
        let file = String(option.dropFirst(prefix.count))
        guard !["unconfined", "builtin"].contains(file), !file.begins(with: "/"), !file.isEmpty else { return option }
        return prefix + CleanPath.of("\(directory)/\(file)")
    }
}
