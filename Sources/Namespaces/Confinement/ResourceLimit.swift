import CShim

/// One `--ulimit TYPE=SOFT[:HARD]`: a pair of limits for setrlimit(2).
public struct ResourceLimit: Sendable, Hashable {
    /// Docker's name: `nofile`.
    public let name: String
    /// What a process meets; `UInt64.max` is unlimited. Bytes, seconds or pieces, as getrlimit(2) says.
    public let soft: UInt64
    /// Up to where it may raise the former itself; `UInt64.max` is unlimited.
    public let hard: UInt64

    /// The kernel's number of the limit, for setrlimit(2) and prlimit(2).
    public var resource: CInt { Self.resources[name] ?? 0 }

    /// `RLIMIT_NOFILE`, as an OCI `config.json` names it.
    public var ociName: String { "RLIMIT_" + name.uppercased() }

    /// Reads `nofile=1024:2048`, `core=0` or `memlock=-1`. Throws `UsageError` in the words of docker/go-units.
    public init(_ text: String) throws(UsageError) {
        let (name, rest) = text.cut("=")
        guard let rest else { throw UsageError("invalid ulimit argument: \(text)") }
        guard Self.resources[name] != nil else { throw UsageError("invalid ulimit type: \(name)") }
        let values = rest.parts(":")
        guard values.count <= 2 else {
            throw UsageError(
                "too many limit value arguments - \(rest), can only have up to two, `soft[:hard]`")
        }
        // Docker reads the hard limit first, so its error is the one that is shown.
        let hard = try Self.number(values[values.count - 1])
        let soft = try Self.number(values[0])
        if hard != -1 {
            guard soft != -1 else {
                throw UsageError(
                    "ulimit soft limit must be less than or equal to hard limit: soft: -1 (unlimited), hard: \(hard)")
            }
            guard soft <= hard else {
                throw UsageError("ulimit soft limit must be less than or equal to hard limit: \(soft) > \(hard)")
            }
        }
        self.name = name
        self.soft = UInt64(bitPattern: soft)
        self.hard = UInt64(bitPattern: hard)
    }

    private static func number(_ text: String) throws(UsageError) -> Int64 {
        if let value = Int64(text) {
            guard value >= -1 else { throw UsageError("invalid ulimit value: \(value) (-1 is unlimited)") }
            return value
        }
        // Go's strconv tells digits that are too many from text that is no number.
        let digits = text.drop { $0 == "-" || $0 == "+" }
        let numeric =
            !digits.isEmpty && digits.allSatisfy { $0.isASCII && $0.isNumber } && text.count - digits.count <= 1
        throw UsageError(
            "strconv.ParseInt: parsing \(text.goQuoted): \(numeric ? "value out of range" : "invalid syntax")")
    }

    /// Docker's name of the limit that has the kernel's number.
    static func name(of resource: CInt) -> String { resources.first { $0.value == resource }?.key ?? "\(resource)" }

    /// A value as people say it.
    static func text(_ value: UInt64) -> String { value == .max ? "unlimited" : "\(value)" }

    // docker/go-units, ulimit.go; numbers as asm-generic/resource.h has them, which Swift imports as an enum.
    private static let resources: [String: CInt] = [
        "cpu": 0, "fsize": 1, "data": 2, "stack": 3, "core": 4, "rss": 5, "nproc": 6, "nofile": 7, "memlock": 8,
        "locks": 10, "sigpending": 11, "msgqueue": 12, "nice": 13, "rtprio": 14, "rttime": 15,
    ]
}
