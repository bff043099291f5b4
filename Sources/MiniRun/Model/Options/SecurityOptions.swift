import Namespaces

/// All `--security-opt` of a run, taken together.
public struct SecurityOptions: Sendable, Hashable {
    /// Which seccomp filter the workload gets.
    public enum Seccomp: Sendable, Hashable {
        /// `seccomp=builtin`, or nothing said.
        case standard
        /// `seccomp=unconfined`.
        case unconfined
        /// `seccomp=FILE`: a profile in the OCI JSON form.
        case file(String)
    }

    /// `seccomp=`.
    public var seccomp = Seccomp.standard
    /// `no-new-privileges` (`=true`, `=false`).
    public var noNewPrivileges = false
    /// `apparmor=PROFILE`.
    public var appArmor: String?
    /// `label=user:USER` and the like, for SELinux.
    public var labels: [String] = []
    /// `systempaths=unconfined`: nothing is masked or made read-only.
    public var unconfinedPaths = false

    /// Parses the options' values in order; throws Docker's `invalid --security-opt: "x"`.
    public init(parsing texts: [String]) throws(UsageError) {
        for text in texts { try apply(text) }
    }

    private mutating func apply(_ text: String) throws(UsageError) {
        var (key, value) = text.cut("=")
        if value == nil, key != "no-new-privileges" { (key, value) = text.cut(":") }
        if key == "no-new-privileges" {
            noNewPrivileges = try value.map { text2 throws(UsageError) in try Self.boolean(text2, in: text) } ?? true
            return
        }
        guard let value, !value.isEmpty else { throw UsageError("invalid --security-opt: \(text.goQuoted)") }
        switch key {
        case "seccomp":
            seccomp = value == "unconfined" ? .unconfined : value == "builtin" ? .standard : .file(value)
        case "apparmor": appArmor = value
        case "label": labels.append(value)
        case "systempaths":
            guard value == "unconfined" else { throw UsageError("invalid --security-opt 2: \(text.goQuoted)") }
            unconfinedPaths = true
        default: throw UsageError("invalid --security-opt 2: \(text.goQuoted)")
        }
    }

    /// What Go's `strconv.ParseBool` accepts.
    private static func boolean(_ value: String, in option: String) throws(UsageError) -> Bool {
        switch value {
        case "1", "t", "T", "TRUE", "true", "True": true
        case "0", "f", "F", "FALSE", "false", "False": false
        default: throw UsageError("invalid --security-opt 2: \(option.goQuoted)")
        }
    }
}
