import MiniRun
import Namespaces
import Testing

@Suite("Names and modes")
struct NameAndModeTests {
    @Test(
        "container names that are taken",
        arguments: [
            ("web", "web"), ("/web", "web"), ("a.b-c_9", "a.b-c_9"), ("9a", "9a"), ("教育", "教育"), ("种地", "种地"),
            ("Zoë", "Zoë"), ("Zoe\u{308}", "Zo\u{eb}"), ("हिन्दी", "हिन्दी"), ("अ१", "अ१"),
        ])
    func accepted(text: String, name: String) throws {
        // Swift compares canonically; the directory's name is made of bytes.
        #expect(try Array(ContainerName.parse(text).utf8) == Array(name.utf8))
    }

    @Test(
        "container names that are refused, in Docker's words",
        arguments: [
            "", "/", "a", "-ab", "_ab", ".ab", "a b", "a/b", "..", "ab\n", "ab\u{0}", "ab\u{202e}c", "ab\u{200b}",
            "\u{301}ab", "a\u{1f600}", "ab:", "教/育", "//ab",
        ])
    func refused(text: String) {
        #expect(throws: UsageError("Invalid container name (\(text)), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed")) {
            try ContainerName.parse(text)
        }
    }

    @Test("a name that cannot be a directory is refused")
    func long() {
        #expect(throws: UsageError.self) { try ContainerName.parse(String(repeating: "教", count: 67)) }
        #expect(throws: Never.self) { try ContainerName.parse(String(repeating: "教", count: 66)) }
    }

    @Test(
        "network modes",
        arguments: [
            ("bridge", .bridge), ("default", .bridge), ("none", .none), ("host", .host),
            ("container:web", .container("web")), ("container:a:b", .container("a:b")),
            ("ns:/run/netns/r1", .path("/run/netns/r1")), ("lab", .network("lab")), ("hosts", .network("hosts")),
        ] as [(String, NetworkMode)])
    func networks(text: String, mode: NetworkMode) throws {
        #expect(try NetworkMode(parsing: text) == mode)
    }

    @Test(
        "network modes refused",
        arguments: [
            ("container:", "invalid network mode: invalid container format container:<name|id>"),
            ("container", "invalid network mode: invalid container format container:<name|id>"),
            ("", "no name set for network"), (" ", "no name set for network"),
            ("ns:r1", "invalid network mode: ns:r1: ns: takes the absolute path of a network namespace"),
            ("ns:", "invalid network mode: ns:: ns: takes the absolute path of a network namespace"),
        ])
    func networksRefused(text: String, message: String) {
        #expect(throws: UsageError(message)) { try NetworkMode(parsing: text) }
    }

    @Test("namespace modes")
    func namespaces() throws {
        #expect(try PIDMode(parsing: "") == .new)
        #expect(try PIDMode(parsing: "host") == .host)
        #expect(try PIDMode(parsing: "container:a") == .container("a"))
        #expect(try IPCMode(parsing: "shareable") == .shareable)
        #expect(try IPCMode(parsing: "container:a") == .container("a"))
        #expect(try UTSMode(parsing: "host") == .host)
        #expect(try UserNamespaceMode(parsing: "host") == .host)
        #expect(throws: UsageError("--pid: invalid PID mode")) { try PIDMode(parsing: "container:") }
        #expect(throws: UsageError("invalid IPC mode: x")) { try IPCMode(parsing: "x") }
        #expect(throws: UsageError("--uts: invalid UTS mode")) { try UTSMode(parsing: "container:a") }
        #expect(throws: UsageError("--userns: invalid USER mode")) { try UserNamespaceMode(parsing: "x") }
    }
}

@Suite("Options that exclude each other")
struct ConflictTests {
    private static let conflicts: [(String, @Sendable (inout RunRequest) -> Void)] = [
        ("hostname and the network mode", { $0.hostname = "h" }),
        ("dns and the network mode", { $0.dns = ["1.1.1.1"] }),
        ("custom host-to-IP mapping and the network mode", { $0.addHost = ["a:1.2.3.4"] }),
        ("port publishing and the container type network mode", { $0.publish = ["80"] }),
        ("port publishing and the container type network mode", { $0.publishAll = true }),
        ("port exposing and the container type network mode", { $0.expose = ["80"] }),
    ]

    @Test("a joined network refuses what belongs to it; a bridge takes the same options", arguments: 0..<6)
    func joined(index: Int) throws {
        let (words, change) = Self.conflicts[index]
        var request = RunRequest()
        change(&request)
        #expect(throws: UsageError("conflicting options: \(words)")) {
            try OptionConflicts.check(request, network: .container("a"))
        }
        #expect(throws: Never.self) { try OptionConflicts.check(request, network: .bridge) }
        #expect(throws: Never.self) { try OptionConflicts.check(request, network: .host) }
    }

    @Test("a host name and the host's UTS namespace")
    func uts() {
        var request = RunRequest()
        request.uts = "host"
        #expect(throws: Never.self) { try OptionConflicts.check(request, network: .bridge) }
        request.hostname = "h"
        #expect(throws: UsageError("conflicting options: hostname and the UTS mode")) {
            try OptionConflicts.check(request, network: .bridge)
        }
    }

    @Test("ports are discarded where nothing can be published")
    func discarded() {
        var request = RunRequest()
        #expect(OptionConflicts.discardedPorts(request, network: .host) == nil)
        request.publish = ["80"]
        #expect(
            OptionConflicts.discardedPorts(request, network: .host)
                == "Published ports are discarded when using host network mode")
        #expect(
            OptionConflicts.discardedPorts(request, network: .none)
                == "Published ports are discarded when using none network mode")
        #expect(OptionConflicts.discardedPorts(request, network: .bridge) == nil)
    }
}

@Suite("Environment and labels")
struct EnvironmentTests {
    private func lookup(_ name: String) -> String? { ["HOME": "/root", "EMPTY": ""][name] }

    @Test("a file: comments, byte order mark, CRLF, values as they stand, names looked up")
    func file() throws {
        let text = "\u{feff}A=1\n# comment\n\n  B= two \"x\" \nC=\r\nHOME\nUNSET\nEMPTY\nD=a=b#c"
        #expect(
            try KeyValueFile.parse(Array(text.utf8), name: "f", lookup: lookup)
                == ["A=1", "B= two \"x\" ", "C=", "HOME=/root", "EMPTY=", "D=a=b#c"])
    }

    @Test(
        "bad files, in Docker's words",
        arguments: [
            ("=x", "no variable name on line '=x'"), ("A B=1", "variable 'A B' contains whitespaces"),
            ("A =1", "variable 'A ' contains whitespaces"), ("A\tB", "variable 'A\tB' contains whitespaces"),
        ])
    func badFile(text: String, reason: String) {
        #expect(throws: UsageError("--env-file: invalid env file (f): \(reason)")) {
            try EnvironmentList.gather(options: [], files: [("f", Array(text.utf8))], lookup: lookup)
        }
    }

    @Test("bytes that are not UTF-8 name their line")
    func notUTF8() {
        #expect(throws: UsageError("invalid env file (f): invalid utf8 bytes at line 2: [65 61 255]")) {
            try KeyValueFile.parse([65, 61, 49, 10, 65, 61, 255], name: "f", lookup: lookup)
        }
    }

    @Test("options come after files; bare names are looked up or kept bare")
    func gather() throws {
        let list = try EnvironmentList.gather(
            options: ["A=2", "HOME", "NOPE"], files: [("f", Array("A=1".utf8))], lookup: lookup)
        #expect(list == ["A=1", "A=2", "HOME=/root", "NOPE"])
        #expect(throws: UsageError("invalid environment variable: =x")) {
            try EnvironmentList.parse("=x", lookup: lookup)
        }
        #expect(throws: UsageError("invalid environment variable: ")) { try EnvironmentList.parse("", lookup: lookup) }
    }

    @Test("merging replaces in place, appends, and removes what is bare")
    func merge() {
        #expect(
            EnvironmentList.merge(["PATH=/bin", "TERM=xterm", "A=1"], with: ["A=2", "B=1", "TERM", "X", "B=3"])
                == ["PATH=/bin", "A=2", "B=3"])
    }

    @Test("labels")
    func labels() throws {
        #expect(
            try LabelList.gather(options: ["a=2", "c", " d=x y"], files: [("f", Array("a=1\nb=\ne\n".utf8))])
                == ["a": "2", "b": "", "c": "", " d": "x y"])
        #expect(throws: UsageError("invalid label '=x': empty name")) { try LabelList.check("=x") }
        #expect(throws: UsageError("invalid label '': empty name")) { try LabelList.check("") }
        #expect(throws: UsageError("label 'a b' contains whitespaces")) { try LabelList.check("a b=1") }
        #expect(throws: UsageError("--label-file: invalid env file (f): no variable name on line '=1'")) {
            try LabelList.gather(options: [], files: [("f", Array("=1".utf8))])
        }
    }
}

@Suite("Settings, signals, sizes, addresses")
struct SmallOptionTests {
    @Test(
        "sysctls of the container's namespaces",
        arguments: [
            ("net.ipv4.ip_forward=1", "/proc/sys/net/ipv4/ip_forward", "1", .network),
            ("net.ipv4.conf.eth0/100.rp_filter=0", "/proc/sys/net/ipv4/conf/eth0.100/rp_filter", "0", .network),
            ("kernel.shmmax=1=2", "/proc/sys/kernel/shmmax", "1=2", .ipc),
            ("fs.mqueue.msg_max=", "/proc/sys/fs/mqueue/msg_max", "", .ipc),
        ] as [(String, String, String, SysctlOption.Owner)])
    func sysctl(text: String, path: String, value: String, owner: SysctlOption.Owner) throws {
        let option = try SysctlOption(parsing: text)
        #expect(option.path == path)
        #expect(option.value == value)
        #expect(option.owner == owner)
    }

    @Test(
        "sysctls of the host, and ways out of /proc/sys/net",
        arguments: [
            "kernel.panic=1", "vm.swappiness=1", "kernel.shmmax", "=1", "", "net=1", "fs.file-max=1",
            "kernel.msgmaxx=1",
            "net.//.kernel.panic=1", "net./.x=1", "net..x=1", "net.=1", "net.a.//.//.//.tmp.x=1",
        ])
    func sysctlRefused(text: String) {
        #expect(throws: UsageError("sysctl '\(text)' is not allowed")) { try SysctlOption(parsing: text) }
    }

    @Test("security options")
    func security() throws {
        let options = try SecurityOptions(parsing: [
            "seccomp=/tmp/a.json", "no-new-privileges", "apparmor=p", "label=disable", "label:user:u",
            "systempaths=unconfined",
        ])
        #expect(options.seccomp == .file("/tmp/a.json"))
        #expect(options.noNewPrivileges && options.unconfinedPaths)
        #expect(options.appArmor == "p")
        #expect(options.labels == ["disable", "user:u"])
        #expect(try SecurityOptions(parsing: ["seccomp:unconfined"]).seccomp == .unconfined)
        #expect(try !SecurityOptions(parsing: ["no-new-privileges=false"]).noNewPrivileges)
    }

    @Test(
        "security options refused, in Docker's words",
        arguments: [
            ("x", "invalid --security-opt: \"x\""), ("seccomp=", "invalid --security-opt: \"seccomp=\""),
            ("", "invalid --security-opt: \"\""), ("foo=bar", "invalid --security-opt 2: \"foo=bar\""),
            ("no-new-privileges=x", "invalid --security-opt 2: \"no-new-privileges=x\""),
            ("systempaths=x", "invalid --security-opt 2: \"systempaths=x\""),
        ])
    func securityRefused(text: String, message: String) {
        #expect(throws: UsageError(message)) { try SecurityOptions(parsing: [text]) }
    }

    @Test(
        "signals",
        arguments: [
            ("TERM", 15), ("SIGKILL", 9), ("sigusr1", 10), ("9", 9), ("64", 64), ("RTMIN", 34), ("SIGRTMIN+3", 37),
            ("RTMAX-1", 63), ("SIGWINCH", 28),
        ] as [(String, Int32)])
    func signals(text: String, number: Int32) throws {
        #expect(try SignalName.parse(text) == number)
    }

    @Test(
        "signals refused",
        arguments: ["", "0", "65", "-1", "FOO", "SIG", "RTMIN+31", "RTMIN-1", "RTMAX+1", "SIGSIGTERM"])
    func signalsRefused(text: String) {
        #expect(throws: UsageError("invalid signal: \(text)")) { try SignalName.parse(text) }
    }

    @Test("every number has a name that parses back to it", arguments: (1...64).filter { $0 != 32 && $0 != 33 })
    func signalNames(number: Int) throws {
        let number = Int32(number)
        #expect(try SignalName.parse(SignalName.name(of: number)) == number)
    }

    @Test(
        "sizes",
        arguments: [
            ("64m", 67_108_864), ("65536", 65536), ("1.5GiB", 1_610_612_736), ("1KB", 1024), ("1 k", 1024), ("32b", 32),
            ("0", 0), ("1T", 1_099_511_627_776), ("0.5", 0),
        ] as [(String, Int64)])
    func sizes(text: String, bytes: Int64) throws {
        #expect(try ByteSize.parse(text) == bytes)
    }

    @Test(
        "sizes refused, in Docker's words",
        arguments: [
            ("", "invalid size: ''"), ("m", "invalid size: 'm'"), ("-1", "invalid size: '-1'"),
            ("1x", "invalid suffix: 'x'"),
            ("1kbb", "invalid suffix: 'kbb'"), ("1bb", "invalid suffix: 'bb'"), ("1kx", "invalid suffix: 'kx'"),
            ("0x10", "invalid size: '0x10'"), ("99999999999g", "invalid size: '99999999999g'"),
            (".", "invalid size: '.'"),
        ])
    func sizesRefused(text: String, message: String) {
        #expect(throws: UsageError(message)) { try ByteSize.parse(text) }
    }

    @Test("working directories, addresses, MTU")
    func scalars() throws {
        #expect(try ScalarOptions.workingDirectory("/a//b/../c/.") == "/a/c")
        #expect(try ScalarOptions.macAddress("02:42:AC:11:00:02").description == "02:42:ac:11:00:02")
        #expect(try ScalarOptions.ip("172.17.0.9").description == "172.17.0.9")
        #expect(try ScalarOptions.mtu("auto") == nil)
        #expect(try ScalarOptions.mtu("1400") == 1400)
        #expect(throws: UsageError("the working directory 'a' is invalid, it needs to be an absolute path")) {
            try ScalarOptions.workingDirectory("a")
        }
        for text in ["x", "01:00:5e:00:00:01", "00:00:00:00:00:00", "02:42"] {
            #expect(throws: UsageError("\(text) is not a valid mac address")) { try ScalarOptions.macAddress(text) }
        }
        #expect(throws: UsageError("invalid argument \"x\" for \"--ip\" flag: failed to parse IP: \"x\"")) {
            try ScalarOptions.ip("x")
        }
        #expect(throws: UsageError.self) { try ScalarOptions.ip("::1") }
        #expect(throws: UsageError.self) { try ScalarOptions.mtu("67") }
        #expect(throws: UsageError.self) { try ScalarOptions.mtu("x") }
    }
}
