/// The part of an OCI runtime specification (`config.json`, version 1.2) that minirun carries out.
///
/// `run` turns its options into one of these plus a list of network attachments; whatever else starts containers
/// (the OCI runtime commands, compose files, labs) comes in by the same door.
public struct RuntimeSpecification: Sendable, Equatable {
    /// `process`.
    public struct Process: Sendable, Equatable {
        /// `user`: ids as the container sees them.
        public struct User: Sendable, Equatable {
            /// User id.
            public var uid: UInt32
            /// Group id.
            public var gid: UInt32
            /// Supplementary groups.
            public var additionalGids: [UInt32]
        }

        /// `capabilities`: the five sets, by name.
        public struct Capabilities: Sendable, Equatable {
            /// What can ever be had.
            public var bounding: [String]
            /// In force after exec.
            public var effective: [String]
            /// What can be raised.
            public var permitted: [String]
            /// Kept over exec of a file with inheritable capabilities.
            public var inheritable: [String]
            /// Kept over exec for a user that is not root.
            public var ambient: [String]
        }

        /// `rlimits`.
        public struct Limit: Sendable, Equatable {
            /// RLIMIT_NOFILE and the like.
            public var type: String
            /// Ceiling.
            public var hard: UInt64
            /// Value in force.
            public var soft: UInt64
        }

        /// Whether the process gets a terminal of its own.
        public var terminal: Bool
        /// Who it runs as.
        public var user: User
        /// Program and arguments.
        public var args: [String]
        /// `NAME=value`.
        public var env: [String]
        /// Working directory, absolute.
        public var cwd: String
        /// The sets of capabilities.
        public var capabilities: Capabilities
        /// Resource limits.
        public var rlimits: [Limit]
        /// PR_SET_NO_NEW_PRIVS.
        public var noNewPrivileges: Bool
        /// /proc/PID/oom_score_adj.
        public var oomScoreAdj: Int?
    }

    /// `root`.
    public struct Root: Sendable, Equatable {
        /// The directory on the host.
        public var path: String
        /// Whether `/` is read-only inside.
        public var readonly: Bool
    }

    /// One of `mounts`, in order.
    public struct Mount: Sendable, Equatable {
        /// Absolute path inside.
        public var destination: String
        /// `bind`, `tmpfs`, `proc` ...
        public var type: String
        /// What is mounted.
        public var source: String
        /// As mount(8) names them.
        public var options: [String]
    }

    /// `linux`.
    public struct Linux: Sendable, Equatable {
        /// One of `namespaces`: a new one, or with a path an existing one.
        public struct Namespace: Sendable, Equatable {
            /// `pid`, `network`, `mount`, `ipc`, `uts`, `user`, `cgroup`.
            public var type: String
            /// nsfs file to join.
            public var path: String?
        }

        /// One of `uidMappings`.
        public struct IDMapping: Sendable, Equatable {
            /// First id inside.
            public var containerID: UInt32
            /// First id outside.
            public var hostID: UInt32
            /// How many.
            public var size: UInt32
        }

        /// Namespaces that the container does not share with the host.
        public var namespaces: [Namespace]
        /// User ids.
        public var uidMappings: [IDMapping]
        /// Group ids.
        public var gidMappings: [IDMapping]
        /// `net.core.somaxconn` = `1024`.
        public var sysctl: [String: String]
        /// Paths that read as empty.
        public var maskedPaths: [String]
        /// Paths that cannot be written.
        public var readonlyPaths: [String]
    }

    /// The specification's version.
    public var ociVersion = "1.2.0"
    /// What runs.
    public var process: Process
    /// What it sees as `/`.
    public var root: Root
    /// UTS host name.
    public var hostname: String?
    /// NIS domain name.
    public var domainname: String?
    /// Further mounts.
    public var mounts: [Mount]
    /// What is Linux about it.
    public var linux: Linux
    /// Labels.
    public var annotations: [String: String]
}
