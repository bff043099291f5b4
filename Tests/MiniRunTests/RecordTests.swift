import Namespaces
import NetSetup
import Testing

@testable import MiniRun

/// What is written of a record is read again, key by key.
struct RecordTests {
    private func decoded<Record: RecordJSON>(_ record: Record) throws -> Record {
        try Record(json: JSONValue(parsing: record.json.pretty))
    }

    @Test("a specification that says no more than OCI asks for is read")
    func aShortSpecification() throws {
        let text = """
            {"ociVersion": "1.0.2", "process": {"user": {"uid": 0, "gid": 0}, "args": ["sh"], "cwd": "/"},
             "root": {"path": "rootfs"}, "mounts": [{"destination": "/proc"}], "linux": {}, "hooks": {}}
            """
        let specification = try RuntimeSpecification(json: JSONValue(parsing: text))
        #expect(specification.process.args == ["sh"])
        #expect(specification.mounts.map(\.destination) == ["/proc"])
        #expect(specification.root.readonly == false)
    }

    @Test("a record that lacks something names it, with its path")
    func damaged() {
        let error = #expect(throws: JSONError.self) {
            try ContainerRecord(
                json: JSONValue(
                    parsing: """
                        {"id": "ab", "name": "a", "created": 15, "hostname": "h", "process": {"pid": 1}}
                        """))
        }
        #expect(error?.description == "process.startTime is missing")
        #expect(throws: JSONError("is no IPAddress: \"1.2.3\"", path: "attachments[0].ip")) {
            try ContainerRecord.Network(json: ["mode": "bridge", "attachments": [["network": "lab", "ip": "1.2.3"]]])
        }
        #expect(throws: JSONError("is no port: invalid proto: foo", path: "container")) {
            try Publication(json: ["hostPort": 1, "container": "80/foo"])
        }
    }

    @Test func aRuntimeSpecificationComesBackWhole() throws {
        let specification = RuntimeSpecification(
            process: .init(
                terminal: true, user: .init(uid: 1000, gid: 100, additionalGids: [10, 20]),
                args: ["sh", "-c", "a \"b\"\n"],
                env: ["A=ü", "B="], cwd: "/srv",
                capabilities: .init(
                    bounding: ["CAP_CHOWN"], effective: ["CAP_KILL"], permitted: ["CAP_SETUID"],
                    inheritable: ["CAP_SETGID"], ambient: ["CAP_MKNOD"]),
                rlimits: [.init(type: "RLIMIT_CORE", hard: .max, soft: 0)], noNewPrivileges: true),
            root: .init(path: "/r", readonly: true), hostname: "h", domainname: "d",
            mounts: [.init(destination: "/d", type: "bind", source: "/s", options: ["rbind", "ro"])],
            linux: .init(
                namespaces: [.init(type: "pid", path: nil), .init(type: "network", path: "/run/netns/r1")],
                uidMappings: [.init(containerID: 0, hostID: 524_288, size: 65536)],
                gidMappings: [.init(containerID: 1, hostID: 2, size: 3)], sysctl: ["net.core.somaxconn": "7"],
                maskedPaths: ["/proc/kcore"], readonlyPaths: ["/proc/sys"]),
            annotations: ["k": "v"])
        #expect(try decoded(specification) == specification)
    }

    @Test func aContainerRecordComesBackWhole() throws {
        let request = try #require(try RunRequest(parsing: ["--name", "教育", "-itp", "8080:80", "busybox", "sh"]))
        var wish = NetworkAttachment("lab")
        wish.aliases = ["db"]
        wish.ip = IPAddress("172.26.0.9")
        wish.ip6 = IPAddress("fd00::9")
        wish.macAddress = MACAddress("02:42:ac:11:00:09")
        wish.linkLocal = [IPAddress("169.254.7.7")].compactMap(\.self)
        wish.gatewayPriority = -3
        wish.driverOptions = ["a": "b"]
        var network = ContainerRecord.Network(mode: "lab", attachments: [wish])
        network.endpoints = [
            Endpoint(
                networkID: "cd", network: "lab", driver: .bridge, link: "br-cd", hostInterface: "mr01234567",
                interface: "eth0", address: IPPrefix("172.17.0.2/16"), gateway: IPAddress("172.17.0.1"),
                address6: IPPrefix("fd00::2/64"), gateway6: IPAddress("fd00::1"), linkLocal: wish.linkLocal,
                macAddress: try #require(MACAddress("02:42:ac:11:00:02")), mtu: 1400, names: ["web"],
                gatewayPriority: 2, publishes: true)
        ]
        var record = ContainerRecord(
            id: "ab", name: "教育", hostname: "h", request: request, args: ["sh"], network: network)
        record.process = try ProcessIdentity(of: 1)
        record.supervisor = record.process
        record.state.started = Timestamp(nanoseconds: 1)
        record.state.finished = Timestamp(nanoseconds: 2)
        record.state.exitCode = 3
        record.state.error = "e"
        record.state.outOfMemory = true
        record.state.isPaused = true
        record.state.isRestarting = true
        record.state.restarts = 4
        record.state.wish = .restart
        let probe = ContainerState.Health.Probe(
            start: Timestamp(nanoseconds: 5), end: Timestamp(nanoseconds: 6), exitCode: -1, output: "o")
        record.state.health = .init(status: .unhealthy, failingStreak: 7, log: [probe])
        record.publications = [
            Publication(
                hostAddress: IPAddress("127.0.0.1"), hostPort: 8080, container: ContainerPort(80),
                guardAddress4: IPAddress("169.254.77.2"), guardAddress6: nil)
        ]
        record.exposed = ["80/tcp"]
        record.labels = ["a": "b"]
        record.layer = "/l"
        record.exposures = [try Exposure(name: "web", inode: 4_026_532_281)]
        var plug = Plug(interface: "eth1", bridge: "br1")
        plug.hostInterface = "mp01234567-0"
        plug.addresses = [try #require(IPPrefix("10.0.0.2/24"))]
        plug.gateway = IPAddress("10.0.0.1")
        plug.mac = MACAddress("02:00:00:00:00:01")
        plug.previousGateway = IPAddress("172.17.0.1")
        plug.previousInterface = "eth0"
        record.plugs = [plug]
        var volume = MountSpecification(.volume, source: "store", target: "/d")
        (volume.isReadOnly, volume.isLeftEmpty, volume.isAnonymous, volume.subpath) = (true, true, true, "a/b")
        var bind = MountSpecification(.bind, source: "/s", target: "/t")
        (bind.recursion, bind.propagation, bind.createsSource) = (.disabled, .rslave, true)
        var memory = MountSpecification(.tmpfs, target: "/m")
        memory.tmpfsOptions = ["size=1m"]
        record.mounts = [volume, bind, memory]
        let copy = try decoded(record)
        #expect(copy.json == record.json)
        #expect(copy.mounts == record.mounts)
        #expect(copy.exposures == record.exposures && copy.plugs == record.plugs)
        #expect(copy.exposures.first?.path == "/run/netns/web")
        #expect(copy.request == request)
        #expect(copy.publications == record.publications)
        #expect(copy.process == record.process)
        #expect(copy.state == record.state)
        #expect(copy.created == record.created)
        #expect(copy.network == record.network)
    }

    @Test("a record from before names and plugs has none")
    func olderRecord() throws {
        let record = ContainerRecord(
            id: "ab", name: "a", hostname: "h", request: RunRequest(), args: ["sh"], network: .init(mode: "none"))
        #expect(record.json["exposures"] == nil && record.json["plugs"] == nil)
        let copy = try decoded(record)
        #expect(copy.exposures.isEmpty && copy.plugs.isEmpty)
    }
}
