import Namespaces

extension RunRequest {
    /// With what the image says where the user says nothing, as Docker merges the two. What the process is (entry point,
    /// command, environment, directory, user) is taken from the image at each start.
    func completed(by image: ImageConfiguration) -> RunRequest {
        var request = self
        func add(_ key: String, _ values: [String]) {
            guard !values.isEmpty else { return }
            // Before the user's own, so that these win.
            request[list: key] = values + self[list: key]
        }
        func set(_ key: String, _ value: String?) {
            if let value, self[value: key] == nil { request[value: key] = value }
        }
        add("expose", image.exposedPorts)
        // A key that no option can say is no reason not to run: it stays the image's alone.
        let labels = image.labels.filter { !$0.key.contains("=") && (try? LabelList.check($0.key)) != nil }
        add("label", labels.map { "\($0)=\($1)" }.sorted())
        set("stop-signal", image.stopSignal)
        if let check = image.healthCheck, !hasNoHealthCheck {
            for (key, value) in check.healthOptions { set(key, value) }
        }
        return request
    }
}

extension JSONValue {
    /// A `Healthcheck` as options of `run`; durations are nanoseconds there. None for `["NONE"]`.
    fileprivate var healthOptions: [(String, String)] {
        let words = (try? strings("Test")) ?? []
        let command: String
        switch words.first {
        case "CMD-SHELL": command = words.dropFirst().joined(separator: " ")
        case "CMD": command = "exec " + words.dropFirst().map(\.shellQuoted).joined(separator: " ")
        default: return []
        }
        func duration(_ key: String) -> String? {
            guard let number: Int64 = try? integer(key), number > 0 else { return nil }
            return "\(number)ns"
        }
        let retries: Int64? = try? integer("Retries")
        return [
            ("health-cmd", command), ("health-interval", duration("Interval")), ("health-timeout", duration("Timeout")),
            ("health-start-period", duration("StartPeriod")), ("health-start-interval", duration("StartInterval")),
            ("health-retries", retries.flatMap { $0 > 0 ? "\($0)" : nil }),
        ].compactMap { key, value in value.map { (key, $0) } }
    }
}

extension RunRequest {
    /// `--pull`.
    var pull: String? { self[value: "pull"] }
    /// `--tls-verify`.
    var tlsVerify: String? { self[value: "tls-verify"] }
}
