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

/// What `--cgroupns` asks for.
public enum CgroupMode: Sendable, Hashable {
    /// Nothing said: private where there is nothing but cgroup v2, the host's elsewhere, as with Docker.
    case automatic
    /// The container's own group is the root of what it sees.
    case new
    /// The host's.
    case host

    /// Parses the option's value; empty means none was given. Throws Docker's `--cgroupns: invalid CGROUP mode`.
    public init(parsing text: String) throws(UsageError) {
        switch text {
        case "": self = .automatic
        case "private": self = .new
        case "host": self = .host
        default: throw UsageError("--cgroupns: invalid CGROUP mode")
        }
    }
}
