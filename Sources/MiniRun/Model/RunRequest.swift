/// `minirun run` in the user's words: each option as it was typed, nothing interpreted yet.
///
/// It is what a container's record keeps, so that the container can be described, and later started again, from the
/// same words. Empty strings and lists mean that the option was not given.
public struct RunRequest: Sendable, Equatable, Codable {
    /// IMAGE or a directory.
    public var image = ""
    /// COMMAND and its arguments.
    public var command: [String] = []

    // Identity
    /// `--name`.
    public var name: String?
    /// `-h`, `--hostname`.
    public var hostname: String?
    /// `--domainname`.
    public var domainname: String?
    /// `--label` and what `--label-file` held.
    public var labels: [String] = []
    /// `--cidfile`.
    public var cidfile: String?

    // Process
    /// `--entrypoint`; an empty string clears the image's.
    public var entrypoint: String?
    /// `-e`.
    public var environment: [String] = []
    /// `--env-file`.
    public var environmentFiles: [String] = []
    /// `--label-file`.
    public var labelFiles: [String] = []
    /// `-w`.
    public var workingDirectory: String?
    /// `-u`.
    public var user: String?
    /// `-i`.
    public var interactive = false
    /// `-t`.
    public var terminal = false
    /// `--rm`.
    public var remove = false
    /// `--init`.
    public var initProcess = false
    /// `--stop-signal`.
    public var stopSignal: String?
    /// `--ulimit`.
    public var ulimits: [String] = []

    // Files
    /// `-v`.
    public var volumes: [String] = []
    /// `--mount`.
    public var mounts: [String] = []
    /// `--tmpfs`.
    public var tmpfs: [String] = []
    /// `--read-only`.
    public var readOnly = false
    /// `--rootfs-rw`: write through to the directory.
    public var writeThrough = false

    // Isolation
    /// `--uts`.
    public var uts: String?
    /// `--ipc`.
    public var ipc: String?
    /// `--pid`.
    public var pid: String?
    /// `--userns`.
    public var userns: String?
    /// `--cap-add`.
    public var capabilitiesAdded: [String] = []
    /// `--cap-drop`.
    public var capabilitiesDropped: [String] = []
    /// `--privileged`.
    public var privileged = false
    /// `--security-opt`.
    public var securityOptions: [String] = []
    /// `--sysctl`.
    public var sysctls: [String] = []

    // Network
    /// `--net`, `--network`.
    public var network: String?
    /// `--ip`.
    public var ip: String?
    /// `--ip6`.
    public var ip6: String?
    /// `--mac-address`.
    public var macAddress: String?
    /// `--mtu`.
    public var mtu: String?
    /// `-p`.
    public var publish: [String] = []
    /// `-P`.
    public var publishAll = false
    /// `--expose`.
    public var expose: [String] = []
    /// `--expose-from`.
    public var exposeFrom: [String] = []
    /// `--dns`.
    public var dns: [String] = []
    /// `--dns-search`.
    public var dnsSearch: [String] = []
    /// `--dns-option`.
    public var dnsOptions: [String] = []
    /// `--add-host`.
    public var addHost: [String] = []

    /// Nothing asked for yet.
    public init() {}
}
