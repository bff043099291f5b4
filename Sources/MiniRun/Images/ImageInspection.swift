import Namespaces

extension Images {
    /// What `image inspect` prints. Returns also what was not found.
    public func inspect(_ texts: [String], format: String?) throws -> (output: String, problems: [String]) {
        try InspectionFormat(format).text(of: texts) { text in
            try inspection(of: text)
        } complaint: { error in
            error is NoSuchImage ? "\(error)" : nil
        }
    }

    /// An image under Docker's keys. Throws ``NoSuchImage``, `UsageError`.
    func inspection(of text: String) throws -> JSONValue {
        let image = try store.find(text)
        let names = try store.allNames().filter { $0.id == image.id }.map(\.reference)
        return inspection(of: image, names)
    }

    private func inspection(of image: ImageRecord, _ names: [ImageReference]) -> JSONValue {
        let repositories = Set(names.map(\.repository)).sorted()
        return [
            "Id": .string("\(image.id)"),
            "RepoTags": .strings(names.filter { $0.digest == nil }.map(\.description)),
            "RepoDigests": .strings(repositories.map { "\($0)@\(image.manifest)" }),
            "Parent": "",
            "Comment": .string(image.comment),
            "Created": .string(image.document.text("created")),
            "DockerVersion": .string(image.document.text("docker_version")),
            "Author": .string(image.document.text("author")),
            "Config": Self.filled(image.document["config"] ?? [:]),
            "Architecture": .string(image.architecture),
            "Variant": .string(image.document.text("variant")),
            "Os": .string(image.system),
            "Size": .integer(image.size),
            "GraphDriver": [
                "Name": "overlay2",
                "Data": [
                    "LowerDir": .string(image.layers.reversed().map { store.layer($0).string }.joined(separator: ":"))
                ],
            ],
            "RootFS": ["Type": "layers", "Layers": .strings(image.layers.map(\.description))],
        ]
    }

    /// With what an image leaves out when it has none: templates ask for it all the same.
    private static func filled(_ config: JSONValue) -> JSONValue {
        let empty: [(String, JSONValue)] = [
            ("User", ""), ("ExposedPorts", [:]), ("Env", []), ("Cmd", []), ("Healthcheck", .null), ("Volumes", [:]),
            ("WorkingDir", ""), ("Entrypoint", []), ("OnBuild", []), ("Labels", [:]), ("StopSignal", ""),
        ]
        guard case .object(var members) = config else { return .object(empty.map { .init($0.0, $0.1) }) }
        members.removeAll { $0.value == .null }
        let given = Set(members.map(\.key))
        return .object(members + empty.filter { !given.contains($0.0) }.map { .init($0.0, $0.1) })
    }
}
