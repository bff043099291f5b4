/// One option of `run`, as it is spelt, and what is said of it.
public struct RunOption: Sendable, Hashable {
    /// What follows the name.
    public enum Kind: Sendable, Hashable {
        /// Nothing, or `=true` and `=false`.
        case flag
        /// A value; the last one counts.
        case value
        /// A value each time.
        case list
    }

    /// The long name without its dashes; the key in a ``RunRequest``.
    public let name: String
    /// The letter of the short form.
    public let short: Character?
    /// Other long names.
    public let aliases: [String]
    /// What follows.
    public let kind: Kind
    /// What stands for the value in the help.
    public let placeholder: String
    /// One line of help.
    public let help: String

    init(
        _ name: String, short: Character? = nil, aliases: [String] = [], _ kind: Kind, _ placeholder: String = "",
        help: String
    ) {
        self.name = name
        self.short = short
        self.aliases = aliases
        self.kind = kind
        self.placeholder = placeholder
        self.help = help
    }

    /// All of them, in the order of the help.
    public static let all: [RunOption] = [
        // Identity
        RunOption("name", .value, "NAME", help: "Name of the container"),
        RunOption("hostname", short: "h", .value, "NAME", help: "Host name inside"),
        RunOption("domainname", .value, "NAME", help: "NIS domain name inside"),
        RunOption("label", short: "l", .list, "KEY=VALUE", help: "Set metadata on the container"),
        RunOption("pull", .value, "POLICY", help: "When to fetch the image: always, missing, never (missing)"),
        RunOption("platform", .value, "OS/ARCH", help: "Which variant of the image to fetch (this machine's)"),
        RunOption("quiet", short: "q", .flag, help: "Fetch it without a progress bar"),
        RunOption("tls-verify", .value, "true|false", help: "Whether its registry has to be a proven one"),
        RunOption("label-file", .list, "FILE", help: "Read labels from a file, one a line"),
        RunOption("cidfile", .value, "FILE", help: "Write the container's id to a file, which must not exist"),
        // Process
        RunOption("entrypoint", .value, "PROGRAM", help: "Replace the image's entry point"),
        RunOption(
            "env", short: "e", .list, "NAME[=VALUE]", help: "Set an environment variable; without a value, pass ours on"
        ),
        RunOption("env-file", .list, "FILE", help: "Read environment variables from a file"),
        RunOption("workdir", short: "w", .value, "DIR", help: "Working directory inside"),
        RunOption("user", short: "u", .value, "USER[:GROUP]", help: "User name or id, and group"),
        RunOption("group-add", .list, "GROUP", help: "Further group, by name or id"),
        RunOption("interactive", short: "i", .flag, help: "Keep standard input open"),
        RunOption("tty", short: "t", .flag, help: "Give the container a terminal"),
        RunOption("detach", short: "d", .flag, help: "Run in the background and print the container's id"),
        RunOption("detach-keys", .value, "KEYS", help: "Keys that let go of a terminal (ctrl-p,ctrl-q)"),
        RunOption("sig-proxy", .value, "true|false", help: "Pass signals on to a container without a terminal (true)"),
        RunOption("log-driver", .value, "DRIVER", help: "Where output is kept: json-file, or none"),
        RunOption("log-opt", .list, "KEY=VALUE", help: "Option of the log: max-size=10m, max-file=3"),
        RunOption("rm", .flag, help: "Remove the container at its end"),
        RunOption("restart", .value, "POLICY", help: "Start it again: no, on-failure[:N], always, unless-stopped"),
        RunOption("init", .flag, help: "Run an init inside that forwards signals and reaps processes"),
        RunOption("stop-signal", .value, "SIGNAL", help: "Signal that asks the container to stop"),
        RunOption("stop-timeout", .value, "SECONDS", help: "Time to stop before it is killed (10)"),
        RunOption("health-cmd", .value, "COMMAND", help: "Command that tells whether the container is well"),
        RunOption("health-interval", .value, "DURATION", help: "Time between two checks (30s)"),
        RunOption("health-timeout", .value, "DURATION", help: "How long one check may take (30s)"),
        RunOption("health-retries", .value, "N", help: "Failures in a row that make it unhealthy (3)"),
        RunOption(
            "health-start-period", .value, "DURATION", help: "Time after the start in which failures do not count"),
        RunOption("health-start-interval", .value, "DURATION", help: "Time between two checks in that time (5s)"),
        RunOption("no-healthcheck", .flag, help: "No health check"),
        RunOption("ulimit", .list, "NAME=SOFT[:HARD]", help: "Resource limit (nofile=1024:2048)"),
        // Resources
        RunOption("memory", short: "m", .value, "BYTES", help: "Limit of memory (512m)"),
        RunOption("memory-swap", .value, "BYTES", help: "Limit of memory and swap together; -1 for unlimited swap"),
        RunOption("cpus", .value, "NUMBER", help: "Limit of processor time, in processors (1.5)"),
        RunOption("cpu-shares", short: "c", .value, "SHARES", help: "Weight among those that want a processor (1024)"),
        RunOption("memory-reservation", .value, "BYTES", help: "Memory that is left to it longest when it is short"),
        RunOption("cpu-period", .value, "MICROSECONDS", help: "Stretch of time that --cpu-quota is a part of (100000)"),
        RunOption("cpu-quota", .value, "MICROSECONDS", help: "Processor time in each period"),
        RunOption("cpuset-mems", .value, "NODES", help: "Memory nodes to use (0-3, 0,1)"),
        RunOption("oom-score-adj", .value, "NUMBER", help: "The kernel ends those with more first: -1000 to 1000"),
        RunOption("cpuset-cpus", .value, "CPUS", help: "Processors to run on (0-3, 0,1)"),
        RunOption("pids-limit", .value, "NUMBER", help: "Limit of processes and threads; -1 for none"),
        // Files
        RunOption(
            "volume", short: "v", .list, "[SOURCE:]TARGET[:ro]",
            help: "Attach a volume by its name, or a directory or file of the host by its path"),
        RunOption(
            "mount", .list, "KEY=VALUE,...",
            help: "Attach a file system (type=volume|bind|tmpfs,source=...,target=...)"),
        RunOption("volumes-from", .list, "CONTAINER[:ro]", help: "Attach what another container has attached"),
        RunOption("tmpfs", .list, "TARGET[:OPTIONS]", help: "Mount a file system in memory"),
        RunOption("shm-size", .value, "BYTES", help: "Size of /dev/shm (64m)"),
        RunOption("device", .list, "DEVICE[:TARGET[:rwm]]", help: "Show a device of the host, or those of a directory"),
        RunOption("read-only", .flag, help: "Mount the root file system read-only"),
        RunOption("rootfs-rw", .flag, help: "Write through to the given directory instead of a layer above it"),
        // Isolation
        RunOption("uts", .value, "MODE", help: "UTS namespace: private or host"),
        RunOption("ipc", .value, "MODE", help: "IPC namespace: private, host, or container:NAME"),
        RunOption("pid", .value, "MODE", help: "PID namespace: private, host, or container:NAME"),
        RunOption(
            "userns", .value, "MODE",
            help: "User namespace: private; auto[:size=N], ids of its own; keep-id[:uid=U,gid=G], yours; host, none"),
        RunOption(
            "uidmap", .list, "INSIDE:OUTSIDE:COUNT", help: "Users of the user namespace, and who they are outside"),
        RunOption("gidmap", .list, "INSIDE:OUTSIDE:COUNT", help: "The same for groups; without it as the users"),
        RunOption("cgroupns", .value, "MODE", help: "Cgroup namespace: private (where there is only v2), or host"),
        RunOption("cap-add", .list, "CAPABILITY", help: "Add a Linux capability"),
        RunOption("cap-drop", .list, "CAPABILITY", help: "Drop a Linux capability"),
        RunOption("privileged", .flag, help: "All capabilities, no filter, nothing hidden; implies --userns host"),
        RunOption(
            "security-opt", .list, "OPTION", help: "seccomp=unconfined|FILE, no-new-privileges, systempaths=unconfined"),
        RunOption("sysctl", .list, "NAME=VALUE", help: "Kernel parameter of the container's namespaces"),
        // Network
        RunOption(
            "network", aliases: ["net"], .list, "NETWORK",
            help: "A network, bridge, none, host, container:NAME, or ns:PATH; repeatable, also name=N,alias=A,ip=..."),
        RunOption("network-alias", aliases: ["net-alias"], .list, "NAME", help: "Further name in the network"),
        RunOption("ip", .value, "ADDRESS", help: "IPv4 address (172.17.0.30)"),
        RunOption("ip6", .value, "ADDRESS", help: "IPv6 address"),
        RunOption("strict-docker", .flag, help: "The default network as Docker's: no names, no chosen addresses"),
        RunOption("link-local-ip", .list, "ADDRESS", help: "Link-local address besides (169.254.7.7)"),
        RunOption("mac-address", .value, "ADDRESS", help: "MAC address (02:42:ac:11:00:1e)"),
        RunOption("mtu", .value, "BYTES", help: "MTU of the container's interface; else that of the host's uplink"),
        RunOption("publish", short: "p", .list, "[[ADDRESS:]HOSTPORT:]PORT[/PROTOCOL]", help: "Publish a port"),
        RunOption("publish-all", short: "P", .flag, help: "Publish all exposed ports to free ports of the host"),
        RunOption("allow-joined-publish", .flag, help: "Publish ports of a network that is joined, by its container"),
        RunOption("expose", .list, "PORT[-PORT][/PROTOCOL]", help: "Expose a port or a range of ports"),
        RunOption("expose-from", .list, "DOCKERFILE", help: "Expose the ports that a Dockerfile's EXPOSE lines name"),
        RunOption("dns", .list, "ADDRESS[:PORT]", help: "Name server"),
        RunOption("dns-search", .list, "DOMAIN", help: "Search domain; . clears the list"),
        RunOption("dns-option", aliases: ["dns-opt"], .list, "OPTION", help: "Resolver option (ndots:2)"),
        RunOption("add-host", .list, "NAME:ADDRESS", help: "Line for /etc/hosts; the address may be host-gateway"),
    ]

    /// The option of `run` with this long name or alias.
    static func named(_ name: String) -> RunOption? { all.named(name) }

    /// The option of `run` with this letter.
    static func lettered(_ letter: Character) -> RunOption? { all.lettered(letter) }
}

extension [RunOption] {
    /// The option with this long name or alias. A search, because a start looks for two or three, and a dictionary of all
    /// of them takes longer to build.
    func named(_ name: String) -> RunOption? { first { $0.name == name || $0.aliases.contains(name) } }

    /// The option with this letter.
    func lettered(_ letter: Character) -> RunOption? { first { $0.short == letter } }
}
