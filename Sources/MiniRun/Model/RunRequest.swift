/// `minirun run` in the user's words: each option as it was typed, nothing interpreted yet.
///
/// It is what a container's record keeps, so that the container can be described, and later started again, from the
/// same words. The options stand under their long names; `RunOption.all` says which there are.
public struct RunRequest: Sendable, Equatable {
    /// IMAGE or a directory.
    public var image = ""
    /// COMMAND and its arguments.
    public var command: [String] = []
    /// The options that were given, by long name; a flag has no values.
    private(set) var options: [String: [String]] = [:]

    /// Nothing asked for yet.
    public init() {}

    /// What was asked for once, as a record keeps it.
    init(image: String, command: [String], options: [String: [String]]) {
        self.image = image
        self.command = command
        self.options = options
    }

    /// Adds what the user typed for an option: replaces a single value, extends a list.
    mutating func give(_ option: RunOption, _ value: String) {
        if option.kind == .list {
            options[option.name, default: []].append(value)
        } else {
            options[option.name] = [value]
        }
    }

    /// Sets or clears a flag.
    mutating func give(_ flag: RunOption, _ isSet: Bool) {
        options[flag.name] = isSet ? [] : nil
    }

    subscript(list name: String) -> [String] {
        get { options[name] ?? [] }
        set { options[name] = newValue.isEmpty ? nil : newValue }
    }

    subscript(value name: String) -> String? {
        get { options[name]?.last }
        set { options[name] = newValue.map { [$0] } }
    }

    private subscript(flag name: String) -> Bool {
        get { options[name] != nil }
        set { options[name] = newValue ? [] : nil }
    }
}

extension RunRequest {
    /// `--name`.
    public var name: String? {
        get { self[value: "name"] }
        set { self[value: "name"] = newValue }
    }
    /// `--hostname`.
    public var hostname: String? {
        get { self[value: "hostname"] }
        set { self[value: "hostname"] = newValue }
    }
    /// `--domainname`.
    public var domainname: String? {
        get { self[value: "domainname"] }
        set { self[value: "domainname"] = newValue }
    }
    /// `--label`.
    public var labels: [String] {
        get { self[list: "label"] }
        set { self[list: "label"] = newValue }
    }
    /// `--label-file`.
    public var labelFiles: [String] {
        get { self[list: "label-file"] }
        set { self[list: "label-file"] = newValue }
    }
    /// `--cidfile`.
    public var cidfile: String? {
        get { self[value: "cidfile"] }
        set { self[value: "cidfile"] = newValue }
    }
    /// `--entrypoint`.
    public var entrypoint: String? {
        get { self[value: "entrypoint"] }
        set { self[value: "entrypoint"] = newValue }
    }
    /// `--env`.
    public var environment: [String] {
        get { self[list: "env"] }
        set { self[list: "env"] = newValue }
    }
    /// `--env-file`.
    public var environmentFiles: [String] {
        get { self[list: "env-file"] }
        set { self[list: "env-file"] = newValue }
    }
    /// `--workdir`.
    public var workingDirectory: String? {
        get { self[value: "workdir"] }
        set { self[value: "workdir"] = newValue }
    }
    /// `--user`.
    public var user: String? {
        get { self[value: "user"] }
        set { self[value: "user"] = newValue }
    }
    /// `--interactive`.
    public var interactive: Bool {
        get { self[flag: "interactive"] }
        set { self[flag: "interactive"] = newValue }
    }
    /// `--tty`.
    public var terminal: Bool {
        get { self[flag: "tty"] }
        set { self[flag: "tty"] = newValue }
    }
    /// `--detach`.
    public var detach: Bool {
        get { self[flag: "detach"] }
        set { self[flag: "detach"] = newValue }
    }
    /// `--restart`.
    public var restart: String? {
        get { self[value: "restart"] }
        set { self[value: "restart"] = newValue }
    }
    /// `--stop-timeout`.
    public var stopTimeout: String? {
        get { self[value: "stop-timeout"] }
        set { self[value: "stop-timeout"] = newValue }
    }
    /// `--detach-keys`.
    public var detachKeys: String? {
        get { self[value: "detach-keys"] }
        set { self[value: "detach-keys"] = newValue }
    }
    /// `--sig-proxy`.
    public var sigProxy: String? {
        get { self[value: "sig-proxy"] }
        set { self[value: "sig-proxy"] = newValue }
    }
    /// `--log-driver`.
    public var logDriver: String? {
        get { self[value: "log-driver"] }
        set { self[value: "log-driver"] = newValue }
    }
    /// `--log-opt`.
    public var logOptions: [String] {
        get { self[list: "log-opt"] }
        set { self[list: "log-opt"] = newValue }
    }
    /// `--rm`.
    public var remove: Bool {
        get { self[flag: "rm"] }
        set { self[flag: "rm"] = newValue }
    }
    /// `--init`.
    public var initProcess: Bool {
        get { self[flag: "init"] }
        set { self[flag: "init"] = newValue }
    }
    /// `--stop-signal`.
    public var stopSignal: String? {
        get { self[value: "stop-signal"] }
        set { self[value: "stop-signal"] = newValue }
    }
    /// `--ulimit`.
    public var ulimits: [String] {
        get { self[list: "ulimit"] }
        set { self[list: "ulimit"] = newValue }
    }
    /// `--memory`.
    public var memory: String? {
        get { self[value: "memory"] }
        set { self[value: "memory"] = newValue }
    }
    /// `--memory-swap`.
    public var memorySwap: String? {
        get { self[value: "memory-swap"] }
        set { self[value: "memory-swap"] = newValue }
    }
    /// `--cpus`.
    public var cpus: String? {
        get { self[value: "cpus"] }
        set { self[value: "cpus"] = newValue }
    }
    /// `--cpu-shares`.
    public var cpuShares: String? {
        get { self[value: "cpu-shares"] }
        set { self[value: "cpu-shares"] = newValue }
    }
    /// `--cpuset-cpus`.
    public var cpusetCPUs: String? {
        get { self[value: "cpuset-cpus"] }
        set { self[value: "cpuset-cpus"] = newValue }
    }
    /// `--pids-limit`.
    public var pidsLimit: String? {
        get { self[value: "pids-limit"] }
        set { self[value: "pids-limit"] = newValue }
    }
    /// `--volume`.
    public var volumes: [String] {
        get { self[list: "volume"] }
        set { self[list: "volume"] = newValue }
    }
    /// `--volumes-from`.
    public var volumesFrom: [String] {
        get { self[list: "volumes-from"] }
        set { self[list: "volumes-from"] = newValue }
    }
    /// `--mount`.
    public var mounts: [String] {
        get { self[list: "mount"] }
        set { self[list: "mount"] = newValue }
    }
    /// `--tmpfs`.
    public var tmpfs: [String] {
        get { self[list: "tmpfs"] }
        set { self[list: "tmpfs"] = newValue }
    }
    /// `--read-only`.
    public var readOnly: Bool {
        get { self[flag: "read-only"] }
        set { self[flag: "read-only"] = newValue }
    }
    /// `--rootfs-rw`.
    public var writeThrough: Bool {
        get { self[flag: "rootfs-rw"] }
        set { self[flag: "rootfs-rw"] = newValue }
    }
    /// `--uts`.
    public var uts: String? {
        get { self[value: "uts"] }
        set { self[value: "uts"] = newValue }
    }
    /// `--ipc`.
    public var ipc: String? {
        get { self[value: "ipc"] }
        set { self[value: "ipc"] = newValue }
    }
    /// `--pid`.
    public var pid: String? {
        get { self[value: "pid"] }
        set { self[value: "pid"] = newValue }
    }
    /// `--userns`.
    public var userns: String? {
        get { self[value: "userns"] }
        set { self[value: "userns"] = newValue }
    }
    /// `--cap-add`.
    public var capabilitiesAdded: [String] {
        get { self[list: "cap-add"] }
        set { self[list: "cap-add"] = newValue }
    }
    /// `--cap-drop`.
    public var capabilitiesDropped: [String] {
        get { self[list: "cap-drop"] }
        set { self[list: "cap-drop"] = newValue }
    }
    /// `--strict-docker`.
    public var strictDocker: Bool {
        get { self[flag: "strict-docker"] }
        set { self[flag: "strict-docker"] = newValue }
    }
    /// `--allow-joined-publish`.
    public var allowsJoinedPublish: Bool {
        get { self[flag: "allow-joined-publish"] }
        set { self[flag: "allow-joined-publish"] = newValue }
    }
    /// `--platform`.
    public var platform: String? {
        get { self[value: "platform"] }
        set { self[value: "platform"] = newValue }
    }
    /// `--quiet`.
    public var quiet: Bool {
        get { self[flag: "quiet"] }
        set { self[flag: "quiet"] = newValue }
    }
    /// `--privileged`.
    public var privileged: Bool {
        get { self[flag: "privileged"] }
        set { self[flag: "privileged"] = newValue }
    }
    /// `--security-opt`.
    public var securityOptions: [String] {
        get { self[list: "security-opt"] }
        set { self[list: "security-opt"] = newValue }
    }
    /// `--sysctl`.
    public var sysctls: [String] {
        get { self[list: "sysctl"] }
        set { self[list: "sysctl"] = newValue }
    }
    /// `--network`, each time it was given.
    public var networks: [String] {
        get { self[list: "network"] }
        set { self[list: "network"] = newValue }
    }
    /// `--network-alias`.
    public var networkAliases: [String] {
        get { self[list: "network-alias"] }
        set { self[list: "network-alias"] = newValue }
    }
    /// `--link-local-ip`.
    public var linkLocalAddresses: [String] {
        get { self[list: "link-local-ip"] }
        set { self[list: "link-local-ip"] = newValue }
    }
    /// `--ip`.
    public var ip: String? {
        get { self[value: "ip"] }
        set { self[value: "ip"] = newValue }
    }
    /// `--ip6`.
    public var ip6: String? {
        get { self[value: "ip6"] }
        set { self[value: "ip6"] = newValue }
    }
    /// `--mac-address`.
    public var macAddress: String? {
        get { self[value: "mac-address"] }
        set { self[value: "mac-address"] = newValue }
    }
    /// `--mtu`.
    public var mtu: String? {
        get { self[value: "mtu"] }
        set { self[value: "mtu"] = newValue }
    }
    /// `--publish`.
    public var publish: [String] {
        get { self[list: "publish"] }
        set { self[list: "publish"] = newValue }
    }
    /// `--publish-all`.
    public var publishAll: Bool {
        get { self[flag: "publish-all"] }
        set { self[flag: "publish-all"] = newValue }
    }
    /// `--expose`.
    public var expose: [String] {
        get { self[list: "expose"] }
        set { self[list: "expose"] = newValue }
    }
    /// `--expose-from`.
    public var exposeFrom: [String] {
        get { self[list: "expose-from"] }
        set { self[list: "expose-from"] = newValue }
    }
    /// `--dns`.
    public var dns: [String] {
        get { self[list: "dns"] }
        set { self[list: "dns"] = newValue }
    }
    /// `--dns-search`.
    public var dnsSearch: [String] {
        get { self[list: "dns-search"] }
        set { self[list: "dns-search"] = newValue }
    }
    /// `--dns-option`.
    public var dnsOptions: [String] {
        get { self[list: "dns-option"] }
        set { self[list: "dns-option"] = newValue }
    }
    /// `--add-host`.
    public var addHost: [String] {
        get { self[list: "add-host"] }
        set { self[list: "add-host"] = newValue }
    }
    /// `--group-add`.
    public var groupsAdded: [String] {
        get { self[list: "group-add"] }
        set { self[list: "group-add"] = newValue }
    }
    /// `--memory-reservation`.
    public var memoryReservation: String? {
        get { self[value: "memory-reservation"] }
        set { self[value: "memory-reservation"] = newValue }
    }
    /// `--cpu-period`.
    public var cpuPeriod: String? {
        get { self[value: "cpu-period"] }
        set { self[value: "cpu-period"] = newValue }
    }
    /// `--cpu-quota`.
    public var cpuQuota: String? {
        get { self[value: "cpu-quota"] }
        set { self[value: "cpu-quota"] = newValue }
    }
    /// `--cpuset-mems`.
    public var cpusetMemories: String? {
        get { self[value: "cpuset-mems"] }
        set { self[value: "cpuset-mems"] = newValue }
    }
    /// `--oom-score-adj`.
    public var outOfMemoryScore: String? {
        get { self[value: "oom-score-adj"] }
        set { self[value: "oom-score-adj"] = newValue }
    }
    /// `--shm-size`.
    public var sharedMemorySize: String? {
        get { self[value: "shm-size"] }
        set { self[value: "shm-size"] = newValue }
    }
    /// `--device`.
    public var devices: [String] {
        get { self[list: "device"] }
        set { self[list: "device"] = newValue }
    }
    /// `--uidmap`.
    public var uidMap: [String] {
        get { self[list: "uidmap"] }
        set { self[list: "uidmap"] = newValue }
    }
    /// `--gidmap`.
    public var gidMap: [String] {
        get { self[list: "gidmap"] }
        set { self[list: "gidmap"] = newValue }
    }
    /// `--cgroupns`.
    public var cgroupns: String? {
        get { self[value: "cgroupns"] }
        set { self[value: "cgroupns"] = newValue }
    }
}
