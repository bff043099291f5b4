import Namespaces

/// `--log-driver` and `--log-opt`: whether a log is kept, how large its files get, and what is repeated in every line.
public struct LogOptions: Sendable, Equatable {
    /// Where the outputs of a container go.
    public enum Driver: String, Sendable {
        /// Into files, one JSON object a line.
        case jsonFile = "json-file"
        /// Nowhere.
        case none
    }

    /// The driver.
    public private(set) var driver = Driver.jsonFile
    /// `max-size`: what a file does not exceed, in bytes; nil when there is no limit.
    public private(set) var maxSize: Int64?
    /// `max-file`: how many files are kept, the live one included.
    public private(set) var maxFile = 1
    /// The options as they were given; the last one of a key counts. For `inspect`.
    public private(set) var given: [String: String] = [:]

    /// Reads the value of `--log-driver` and those of `--log-opt`; throws Docker's sentences.
    public init(driver name: String? = nil, options: [String] = []) throws(UsageError) {
        let name = name.flatMap { $0.isEmpty ? nil : $0 } ?? Driver.jsonFile.rawValue
        for option in options {
            let (key, value) = option.cut("=")
            given[key] = value ?? ""
        }
        guard name != Driver.none.rawValue else {
            guard options.isEmpty else { throw UsageError("invalid logging opts for driver none") }
            self.driver = .none
            return
        }
        try checkMode()
        guard let driver = Driver(rawValue: name) else {
            throw UsageError("logger: no log driver named '\(name)' is registered")
        }
        self.driver = driver
        for (key, value) in given.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            try take(key, value)
        }
    }

    /// What every line repeats under `attrs`: the labels, environment variables and the tag that the options name.
    /// Throws `UsageError` for a tag that is no template.
    public func attributes(of container: LogIdentity) throws(UsageError) -> [String: String] {
        var attributes: [String: String] = [:]
        for (option, values) in [("labels", container.labels), ("env", container.environment)] {
            for name in (given[option] ?? "").parts(",") { attributes[name] = values[name] ?? attributes[name] }
        }
        if let tag = given["tag"], !tag.isEmpty {
            attributes["tag"] = try GoTemplate(parsing: tag).render(container.templateValue)
        }
        return attributes
    }

    // MARK: One option

    /// Both modes are accepted: a log in a file never keeps a container waiting for longer than the disk does.
    private func checkMode() throws(UsageError) {
        let mode = given["mode"] ?? ""
        guard ["", "blocking", "non-blocking"].contains(mode) else {
            throw UsageError("logger: logging mode not supported: \(mode)")
        }
        guard let size = given["max-buffer-size"] else { return }
        guard mode == "non-blocking" else {
            throw UsageError("logger: max-buffer-size option is only supported with 'mode=non-blocking'")
        }
        do { _ = try ByteSize.parse(size) } catch {
            throw UsageError("error parsing option max-buffer-size: \(error)")
        }
    }

    private mutating func take(_ key: String, _ value: String) throws(UsageError) {
        switch key {
        case "mode", "max-buffer-size", "labels", "env": break
        case "tag": _ = try GoTemplate(parsing: value)
        case "max-size": maxSize = try Self.size(value)
        case "max-file": maxFile = try Self.count(value)
        case "compress":
            guard try !Self.flag(value) else {
                throw UsageError("log opt 'compress' is not supported: rotated logs stay as they are")
            }
        case "labels-regex", "env-regex":
            throw UsageError("log opt '\(key)' is not supported: name them with '\(key.cut("-").0)'")
        default: throw UsageError("unknown log opt '\(key)' for json-file log driver")
        }
    }

    private static func size(_ text: String) throws(UsageError) -> Int64 {
        let size: Int64
        do { size = try ByteSize.parse(text, base: 1000) } catch { throw refusal(error.message) }
        guard size > 0 else { throw refusal("max-size must be a positive number") }
        return size
    }

    private static func count(_ text: String) throws(UsageError) -> Int {
        guard let count = Int(text) else {
            throw refusal("strconv.Atoi: parsing \(text.goQuoted): invalid syntax")
        }
        guard count >= 1 else { throw refusal("max-file cannot be less than 1") }
        return count
    }

    private static func flag(_ text: String) throws(UsageError) -> Bool {
        if ["1", "t", "T", "TRUE", "true", "True"].contains(text) { return true }
        if ["0", "f", "F", "FALSE", "false", "False"].contains(text) { return false }
        throw refusal("strconv.ParseBool: parsing \(text.goQuoted): invalid syntax")
    }

    private static func refusal(_ reason: String) -> UsageError {
        UsageError("failed to initialize logging driver: \(reason)")
    }
}

/// What the options of a log can take from a container.
public struct LogIdentity: Sendable {
    /// 64 hexadecimal digits.
    public var id: String
    /// The name.
    public var name: String
    /// The image as the user wrote it.
    public var image: String
    /// The labels.
    public var labels: [String: String]
    /// The environment of its first process.
    public var environment: [String: String]

    /// A container as a log sees it.
    public init(
        id: String, name: String, image: String, labels: [String: String] = [:], environment: [String: String] = [:]
    ) {
        self.id = id
        self.name = name
        self.image = image
        self.labels = labels
        self.environment = environment
    }

    /// What a tag such as `{{.Name}}/{{.ID}}` may name.
    fileprivate var templateValue: JSONValue {
        [
            "ID": .string(ContainerID.short(id)), "FullID": .string(id), "Name": .string(name),
            "ImageName": .string(image), "DaemonName": "docker",
        ]
    }
}
