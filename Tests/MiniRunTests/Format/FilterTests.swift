import Namespaces
import NetSetup
import Testing

@testable import MiniRun

@Suite("Filters of ps")
struct PsFilterTests {
    /// Youngest first, as `ps` has them.
    private static let containers: [ContainerListing] = {
        func container(_ name: String, _ id: String, _ status: ContainerStatus, image: String) -> ContainerListing {
            ContainerListing(
                id: id + String(repeating: "0", count: 64 - id.count), name: name, image: image, command: "sh",
                created: Timestamp(nanoseconds: 0), status: status)
        }
        let then = Timestamp(nanoseconds: 1)
        var web = container("web", "ab12", .init(.running, started: then, health: .healthy), image: "nginx:latest")
        web.labels = ["env": "prod", "tier": "front"]
        web.exposed = [ContainerPort(80), ContainerPort(443)]
        if let any = IPAddress("0.0.0.0") {
            web.ports = [PublishedPort(container: ContainerPort(80), hostAddress: any, hostPort: 8080)]
        }
        web.networks = [.init(name: "bridge", id: "77aa"), .init(name: "lab", id: "88bb")]
        var webDatabase = container("web-db", "ab34", .init(.paused, started: then), image: "postgres:16")
        webDatabase.labels = ["env": "prod"]
        webDatabase.mounts = [
            .init(name: "data", source: "/var/data", destination: "/srv"), .init(source: "/etc/x", destination: "/x"),
        ]
        webDatabase.networks = [.init(name: "none")]
        var old = container(
            "old", "cd56", .init(.exited, started: then, finished: then, exitCode: 3), image: "nginx")
        old.labels = ["env": "dev"]
        old.exposed = [ContainerPort(8080, .udp)]
        let fresh = container("fresh", "ef78", .init(.created), image: "busybox")
        let again = container(
            "again", "0912", .init(.restarting, started: then, finished: then, exitCode: 1), image: "b")
        return [web, webDatabase, old, fresh, again]
    }()

    private func names(_ words: [String], all: Bool = true, limit: Int? = nil) throws -> [String] {
        try PsFilter(words).select(from: Self.containers, all: all, limit: limit).map(\.name)
    }

    @Test(
        "one key",
        arguments: [
            ("name=web", ["web", "web-db"]), ("name=^web$", ["web"]), ("name=/web", ["web", "web-db"]),
            ("name=^/web$", ["web"]), ("name=[", []), ("name=e(b|sh)$", ["web", "fresh"]), ("name=WEB", []),
            ("name=(?i)WEB$", ["web"]), (" NAME = web-db ", ["web-db"]),
            ("name=", ["web", "web-db", "old", "fresh", "again"]),
            ("id=ab", ["web", "web-db"]), ("id=^cd", ["old"]), ("label=env", ["web", "web-db", "old"]),
            ("label=env=prod", ["web", "web-db"]), ("label=tier=front", ["web"]), ("label=none", []),
            ("label=env=", []),
            ("label!=env=prod", ["old", "fresh", "again"]), ("label!=env", ["fresh", "again"]), ("exited=3", ["old"]),
            ("exited=0", []), ("exited=1", []), ("status=exited", ["old"]), ("status=running", ["web"]),
            ("status=paused", ["web-db"]), ("status=created", ["fresh"]), ("status=restarting", ["again"]),
            ("status=dead", []), ("health=healthy", ["web"]), ("health=none", ["web-db", "old", "fresh", "again"]),
            ("ancestor=nginx", ["web", "old"]), ("ancestor=nginx:latest", ["web", "old"]), ("ancestor=postgres", []),
            ("ancestor=postgres:16", ["web-db"]), ("before=web-db", ["old", "fresh", "again"]), ("before=again", []),
            ("since=old", ["web", "web-db"]), ("since=cd", ["web", "web-db"]), ("since=web", []),
            ("volume=data", ["web-db"]), ("volume=/srv", ["web-db"]), ("volume=/var/data", []),
            ("volume=/etc/x", ["web-db"]),
            ("network=lab", ["web"]), ("network=88", ["web"]), ("network=la", []), ("network=", []),
            ("publish=8080", ["web"]),
            ("publish=80", []), ("publish=8070-8090/tcp", ["web"]), ("publish=80/udp", []), ("expose=443", ["web"]),
            ("expose=80", ["web"]), ("expose=8000-9000/udp", ["old"]), ("is-task=true", []),
            ("is-task=false", ["web", "web-db", "old", "fresh", "again"]),
            ("", ["web", "web-db", "old", "fresh", "again"]),
        ] as [(String, [String])])
    func one(word: String, expected: [String]) throws {
        #expect(try names([word]) == expected)
    }

    @Test(
        "values of one key are alternatives, keys are not, and labels are all wanted",
        arguments: [
            (["name=^web$", "name=old"], ["web", "old"]), (["name=web", "status=paused"], ["web-db"]),
            (["label=env=prod", "label=tier"], ["web"]), (["label=env", "label!=env=prod"], ["old"]),
            (["status=exited", "status=created"], ["old", "fresh"]),
            (["publish=8080", "expose=8080/udp"], ["web", "old"]),
            (["before=web", "since=fresh"], ["web-db", "old"]), (["before=old", "since=web-db"], []),
            (["name=old", "since=fresh"], ["old"]),
        ] as [([String], [String])])
    func several(words: [String], expected: [String]) throws {
        #expect(try names(words) == expected)
    }

    @Test("without -a those that run, or will again; a status, or a number, is about all of them")
    func activity() throws {
        #expect(try names([], all: false) == ["web", "web-db", "again"])
        #expect(try names(["name=old"], all: false) == [])
        #expect(try names(["status=exited"], all: false) == ["old"])
        #expect(try names(["exited=3"], all: false) == [])
        #expect(try names([], all: false, limit: 3) == ["web", "web-db", "old"])
        #expect(try names(["label=env=dev"], all: false, limit: 1) == ["old"])
        #expect(try names([], limit: 0) == [])
    }

    @Test(
        "what is no filter, in Docker's words",
        arguments: [
            (
                "status",
                "invalid argument \"status\" for \"-f, --filter\" flag: bad format of filter (expected name=value)"
            ),
            ("nope=1", "invalid filter 'nope'"), ("status=up", "invalid filter 'status=up'"),
            ("health=good", "Unrecognised filter value for health: good"),
            ("exited=x", "strconv.Atoi: parsing \"x\": invalid syntax"),
            ("is-task=maybe", "invalid filter 'is-task=[maybe]'"),
            ("publish=1:2", "filter for 'publish' should not contain ':': 1:2"),
        ])
    func refused(word: String, message: String) {
        #expect(throws: UsageError(message)) { try PsFilter([word]) }
    }

    @Test("a container that others are compared with has to be there, and to be the only one")
    func references() {
        #expect(throws: NoSuchContainer.self) { try names(["before=nobody"]) }
        #expect(throws: NoSuchContainer.self) { try names(["since="]) }
        #expect(throws: AmbiguousContainer.self) { try names(["since=ab"]) }
    }

    @Test(
        "regular expressions, in Go's notation",
        arguments: [
            ("a", "a", "cat", true), ("^a", "^a", "cat", false), (#"web-\d+$"#, "web-[0-9]+$", "web-12", true),
            (#"[\d\-]x"#, "[0-9[.-.]]x", "-x", true), (#"[\w]+$"#, "[[:alnum:]_]+$", "a_1", true),
            ("(?:ab)+c", "(ab)+c", "ababc", true),
            (#"\Aab\z"#, "^ab$", "ab", true), (#"a\.b"#, #"a\.b"#, "axb", false), ("[]a]", "[]a]", "]", true),
            ("[^]a]", "[^]a]", "]", false), ("[[:digit:]]x", "[[:digit:]]x", "1x", true),
            (#"[a\]]b"#, "[a[.].]]b", "]b", true),
            ("a{2}", "a{2}", "aa", true), (#"\D"#, "[^0-9]", "12", false),
        ])
    func patterns(expression: String, posix: String, text: String, isFound: Bool) throws {
        #expect(Pattern.posix(expression) == posix)
        #expect(try #require(Pattern(expression)).matches(text) == isFound)
        #expect(Pattern("(") == nil)
    }
}

@Suite("Filters of events")
struct EventFilterTests {
    private let start = Event(
        type: "container", action: "start", id: "ab12",
        attributes: ["name": "web", "image": "r:5000/nginx:1.27", "env": "prod"], time: Timestamp(nanoseconds: 0))
    private let probe = Event(
        type: "container", action: "health_status: healthy", id: "ab12", attributes: ["name": "web", "image": "nginx"],
        time: Timestamp(nanoseconds: 0))
    private let connect = Event(
        type: "network", action: "connect", id: "77aa", attributes: ["name": "lab", "container": "ab12"],
        time: Timestamp(nanoseconds: 0))
    private let image = Event(
        type: "image", action: "tag", id: "sha256:1", attributes: ["name": "nginx:1.27"],
        time: Timestamp(nanoseconds: 0))

    @Test(
        "of four events those that are meant: s(tart), h(ealth), n(etwork), i(mage)",
        arguments: [
            ([], "shni"), (["type=container"], "sh"), (["type=container", "type=network"], "shn"),
            (["container=web"], "sh"),
            (["container=we"], "sh"), (["container=ab"], "sh"), (["container=eb"], ""), (["network=lab"], "n"),
            (["event=start"], "s"), (["event=star"], ""), (["event=health_status"], "h"),
            (["event=health_status: healthy"], "h"), (["event=health_status: unhealthy"], ""),
            (["event=start", "event=connect"], "sn"), (["image=nginx"], "hi"), (["image=nginx:1.27"], "i"),
            (["image=r:5000/nginx"], "s"), (["image=sha256:1"], "i"), (["label=env"], "s"), (["label=env=prod"], "s"),
            (["label=env=dev"], ""), (["scope=local"], "shni"), (["scope=swarm"], ""), (["daemon=x"], ""),
            (["volume=x"], ""), (["type=container", "event=start", "image=nginx"], ""),
        ] as [([String], String)])
    func included(words: [String], expected: String) throws {
        let filter = try EventFilter(words)
        let letters = [("s", start), ("h", probe), ("n", connect), ("i", image)]
        #expect(letters.filter { filter.includes($0.1) }.map(\.0).joined() == expected)
    }

    @Test("what is no filter")
    func refused() {
        #expect(throws: UsageError("invalid filter 'nope'")) { try EventFilter(["nope=1"]) }
    }
}
