import Namespaces

/// `--device HOST[:TARGET[:rwm]]`: Docker's grammar and sentences.
public struct DeviceOption: Sendable, Hashable {
    /// A device of the host, or a directory of some.
    public var source: String
    /// Where it is seen inside; absolute.
    public var target: String
    /// Letters of `rwm`: reading, writing, making. A container makes none whatever it says: file systems that it can write
    /// know no devices.
    public var permissions: String

    /// Whether it can be read.
    public var isReadable: Bool { permissions.contains("r") }
    /// Whether it can be written.
    public var isWritable: Bool { permissions.contains("w") }

    /// Parses the option's value; throws Docker's `bad mode specified: x` and the like.
    public init(parsing text: String) throws(UsageError) {
        func refuse(_ reason: String) -> UsageError {
            UsageError("invalid argument \(text.goQuoted) for \"--device\" flag: \(reason)")
        }
        let fields = text.parts(":")
        guard let first = fields.first, !first.isEmpty, fields.count <= 3 else {
            throw refuse("bad format for path: \(text)")
        }
        source = first
        target = first
        permissions = "rwm"
        if fields.count == 3 {
            guard Self.isMode(fields[2]) else { throw refuse("bad mode specified: \(fields[2])") }
            (target, permissions) = (fields[1], fields[2])
        } else if fields.count == 2, Self.isMode(fields[1]) {
            permissions = fields[1]
        } else if fields.count == 2 {
            target = fields[1]
        }
        if target.contains("="), !target.begins(with: "/") {
            throw UsageError("--device \(text) is not supported: devices of CDI are not; name the device's file")
        }
        for path in [target, source] where !path.begins(with: "/") { throw refuse("\(path) is not an absolute path") }
        target = CleanPath.of(target)
    }

    /// Each of r, w and m once at most.
    private static func isMode(_ text: String) -> Bool {
        !text.isEmpty && text.allSatisfy { "rwm".contains($0) } && Set(text).count == text.count
    }
}
