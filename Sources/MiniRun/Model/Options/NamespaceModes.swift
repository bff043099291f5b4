import Namespaces

/// What `--pid` asks for.
public enum PIDMode: Sendable, Hashable {
    /// A PID namespace of its own.
    case new
    /// The host's.
    case host
    /// Another container's, by name or id.
    case container(String)

    /// Parses the option's value; empty means none was given. Throws Docker's `--pid: invalid PID mode`.
    public init(parsing text: String) throws(UsageError) {
        let (kind, value) = text.cut(":")
        switch (kind, value) {
        case ("", nil), ("private", nil): self = .new
        case ("host", nil): self = .host
        case ("container", let name?) where !name.isEmpty: self = .container(name)
        default: throw UsageError("--pid: invalid PID mode")
        }
    }
}

/// What `--ipc` asks for.
public enum IPCMode: Sendable, Hashable {
    /// One of its own; `private` is Docker's word.
    case new
    /// One of its own that others may join.
    case shareable
    /// One of its own, without /dev/shm.
    case none
    /// The host's.
    case host
    /// Another container's, by name or id.
    case container(String)

    /// Parses the option's value; empty means none was given. Throws Docker's `invalid IPC mode: x`.
    public init(parsing text: String) throws(UsageError) {
        let (kind, value) = text.cut(":")
        switch (kind, value) {
        case ("", nil), ("private", nil): self = .new
        case ("shareable", nil): self = .shareable
        case ("none", nil): self = .none
        case ("host", nil): self = .host
        case ("container", let name?) where !name.isEmpty: self = .container(name)
        default: throw UsageError("invalid IPC mode: \(text)")
        }
    }
}

/// What `--uts` asks for.
public enum UTSMode: Sendable, Hashable {
    /// A UTS namespace of its own.
    case new
    /// The host's.
    case host

    /// Parses the option's value; empty means none was given. Throws Docker's `--uts: invalid UTS mode`.
    public init(parsing text: String) throws(UsageError) {
        switch text {
        case "", "private": self = .new
        case "host": self = .host
        default: throw UsageError("--uts: invalid UTS mode")
        }
    }
}

/// What `--userns` asks for.
public enum UserNamespaceMode: Sendable, Hashable {
    /// Nothing said: a user namespace of its own, unless the network namespace is shared with somebody.
    case automatic
    /// A user namespace of its own, said outright.
    case new
    /// The host's.
    case host

    /// Parses the option's value; empty means none was given. Throws Docker's `--userns: invalid USER mode`.
    public init(parsing text: String) throws(UsageError) {
        switch text {
        case "": self = .automatic
        case "private", "auto": self = .new
        case "host": self = .host
        default: throw UsageError("--userns: invalid USER mode")
        }
    }
}
