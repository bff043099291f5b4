import ArgumentParser
import MiniRun

/// The options of `run`, which `plan run` shares. Docker's spelling; nothing is interpreted here.
struct RunOptions: ParsableArguments {
    @Option(name: .long, help: "Assign a name to the container.")
    var name: String?
    @Option(name: [.customShort("h", allowingJoined: true), .long], help: "Container host name.")
    var hostname: String?
    @Option(name: .long, help: "Container NIS domain name.")
    var domainname: String?
    @Option(
        name: [.customShort("l", allowingJoined: true), .long], parsing: .unconditionalSingleValue,
        help: "Set metadata on the container (KEY=VALUE).")
    var label: [String] = []
    @Option(name: .long, help: "Read labels from a file, one a line.")
    var labelFile: [String] = []
    @Option(name: .long, help: "Write the container's id to a file, which must not exist.")
    var cidfile: String?

    @Option(name: .long, parsing: .unconditional, help: "Overwrite the image's entry point.")
    var entrypoint: String?
    @Option(
        name: [.customShort("e", allowingJoined: true), .long], parsing: .unconditionalSingleValue,
        help: "Set an environment variable (NAME=VALUE, or NAME to pass ours on).")
    var env: [String] = []
    @Option(name: .long, help: "Read environment variables from a file.")
    var envFile: [String] = []
    @Option(name: [.customShort("w", allowingJoined: true), .long], help: "Working directory inside the container.")
    var workdir: String?
    @Option(
        name: [.customShort("u", allowingJoined: true), .long], help: "User name or id, and group (USER[:GROUP]).")
    var user: String?
    @Flag(name: .shortAndLong, help: "Keep standard input open.")
    var interactive = false
    @Flag(name: .shortAndLong, help: "Give the container a terminal.")
    var tty = false
    @Flag(name: .customLong("rm"), help: "Remove the container at its end.")
    var remove = false
    @Flag(name: .customLong("init"), help: "Run an init inside that forwards signals and reaps processes.")
    var initProcess = false
    @Option(name: .long, help: "Signal that asks the container to stop.")
    var stopSignal: String?
    @Option(name: .long, help: "Resource limit (nofile=1024:2048).")
    var ulimit: [String] = []

    @Option(
        name: [.customShort("v", allowingJoined: true), .long],
        help: "Bind a directory or file of the host (SOURCE:TARGET[:ro]).")
    var volume: [String] = []
    @Option(name: .long, help: "Attach a file system (type=bind|tmpfs,source=...,target=...).")
    var mount: [String] = []
    @Option(name: .long, help: "Mount a tmpfs (TARGET[:OPTIONS]).")
    var tmpfs: [String] = []
    @Flag(name: .long, help: "Mount the root file system read-only.")
    var readOnly = false
    @Flag(name: .customLong("rootfs-rw"), help: "Write through to the given directory instead of a layer above it.")
    var writeThrough = false

    @Option(name: .long, help: "UTS namespace: private or host.")
    var uts: String?
    @Option(name: .long, help: "IPC namespace: private, host, or container:NAME.")
    var ipc: String?
    @Option(name: .long, help: "PID namespace: private, host, or container:NAME.")
    var pid: String?
    @Option(name: .long, help: "User namespace: private, or host to switch it off.")
    var userns: String?
    @Option(name: .long, help: "Add a Linux capability.")
    var capAdd: [String] = []
    @Option(name: .long, help: "Drop a Linux capability.")
    var capDrop: [String] = []
    @Flag(name: .long, help: "All capabilities, no seccomp filter, nothing hidden; implies --userns host.")
    var privileged = false
    @Option(name: .long, help: "Security option (seccomp=unconfined|FILE, no-new-privileges, systempaths=unconfined).")
    var securityOpt: [String] = []
    @Option(name: .long, help: "Kernel parameter of the container's namespaces (net.ipv4.ip_forward=1).")
    var sysctl: [String] = []

    @Option(
        name: [.customLong("net"), .customLong("network")],
        help: "Network: bridge, none, host, container:NAME, or ns:PATH.")
    var network: String?
    @Option(name: .long, help: "IPv4 address (172.17.0.30).")
    var ip: String?
    @Option(name: .long, help: "IPv6 address.")
    var ip6: String?
    @Option(name: .long, help: "MAC address (02:42:ac:11:00:1e).")
    var macAddress: String?
    @Option(name: .long, help: "MTU of the container's interface; otherwise that of the host's uplink.")
    var mtu: String?
    @Option(
        name: [.customShort("p", allowingJoined: true), .long], parsing: .unconditionalSingleValue,
        help: "Publish a port ([[ADDRESS:]HOSTPORT:]PORT[/PROTOCOL]).")
    var publish: [String] = []
    @Flag(name: [.customShort("P"), .long], help: "Publish all exposed ports to free ports of the host.")
    var publishAll = false
    @Option(name: .long, parsing: .unconditionalSingleValue, help: "Expose a port or a range of ports.")
    var expose: [String] = []
    @Option(name: .long, help: "Expose the ports that a Dockerfile's EXPOSE lines name.")
    var exposeFrom: [String] = []
    @Option(name: .long, help: "DNS server.")
    var dns: [String] = []
    @Option(name: .long, help: "DNS search domain; . clears the list.")
    var dnsSearch: [String] = []
    @Option(name: [.long, .customLong("dns-opt")], help: "Resolver option (ndots:2).")
    var dnsOption: [String] = []
    @Option(name: .long, help: "Line for /etc/hosts (NAME:ADDRESS, or NAME:host-gateway).")
    var addHost: [String] = []

    @Argument(parsing: .captureForPassthrough, help: ArgumentHelp("Image or directory, command, its arguments."))
    var imageAndCommand: [String] = []

    /// The user's words as the library takes them.
    func request() throws -> RunRequest {
        guard let image = imageAndCommand.first else {
            throw ValidationError("\"minirun run\" requires at least 1 argument.")
        }
        // The parser takes an option that it does not know for the first word of the command.
        guard !image.hasPrefix("-") || image == "-" else {
            let word = image.prefix { $0 != "=" }
            throw ValidationError(
                image.hasPrefix("--")
                    ? "unknown flag: \(word)" : "unknown shorthand flag: '\(word.dropFirst().prefix(1))' in \(word)")
        }
        var request = RunRequest()
        request.image = image
        request.command = Array(imageAndCommand.dropFirst())
        request.name = name
        request.hostname = hostname
        request.domainname = domainname
        request.labels = label
        request.labelFiles = labelFile
        request.cidfile = cidfile
        request.entrypoint = entrypoint
        request.environment = env
        request.environmentFiles = envFile
        request.workingDirectory = workdir
        request.user = user
        request.interactive = interactive
        request.terminal = tty
        request.remove = remove
        request.initProcess = initProcess
        request.stopSignal = stopSignal
        request.ulimits = ulimit
        request.volumes = volume
        request.mounts = mount
        request.tmpfs = tmpfs
        request.readOnly = readOnly
        request.writeThrough = writeThrough
        request.uts = uts
        request.ipc = ipc
        request.pid = pid
        request.userns = userns
        request.capabilitiesAdded = capAdd
        request.capabilitiesDropped = capDrop
        request.privileged = privileged
        request.securityOptions = securityOpt
        request.sysctls = sysctl
        request.network = network
        request.ip = ip
        request.ip6 = ip6
        request.macAddress = macAddress
        request.mtu = mtu
        request.publish = publish
        request.publishAll = publishAll
        request.expose = expose
        request.exposeFrom = exposeFrom
        request.dns = dns
        request.dnsSearch = dnsSearch
        request.dnsOptions = dnsOption
        request.addHost = addHost
        return request
    }
}
