import Namespaces

/// Writes what a container prints into its log.
struct ContainerLog {
    private let writer: LogWriter?

    /// Opens the log that the container's options ask for; none with `--log-driver none`. Throws `KernelError`.
    init(of life: ContainerStart.Life, _ configuration: ContainerConfiguration, _ store: ContainerStore) throws {
        let options = configuration.log
        guard options.driver != .none else {
            writer = nil
            return
        }
        let record = life.plan.record
        let variables = life.plan.specification.process.env.map { $0.cut("=") }
        let identity = LogIdentity(
            id: record.id, name: record.name, image: record.request.image, labels: record.labels,
            environment: Dictionary(variables.map { ($0.0, $0.1 ?? "") }) { $1 })
        writer = try LogWriter(
            // That of a passing container is in memory.
            store.log(of: record.id), maxSize: options.maxSize ?? (record.request.isPassing ? 1 << 20 : nil),
            maxFile: options.maxFile,
            attributes: options.attributes(of: identity))
    }

    /// What was read from a stream.
    func write(_ bytes: ArraySlice<UInt8>, isError: Bool) {
        guard let writer else { return }
        bytes.withUnsafeBytes { writer.write($0, from: isError ? .stderr : .stdout) }
    }

    /// The command has ended: half a line is a line.
    func end() {
        writer?.end(.stdout)
        writer?.end(.stderr)
    }
}
