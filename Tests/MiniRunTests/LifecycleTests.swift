import CShim
import Namespaces
import SystemPackage
import Testing

@testable import MiniRun

@Suite("A restart policy")
struct RestartPolicyTests {
    @Test(
        "says after which exit codes and how often",
        arguments: [
            ("", 1, 0, false), ("no", 1, 0, false), ("always", 0, 99, true), ("unless-stopped", 1, 0, true),
            ("on-failure", 1, 99, true), ("on-failure", 0, 0, false), ("on-failure:2", 1, 1, true),
            ("on-failure:2", 1, 2, false), ("on-failure:0", 1, 50, true),
        ] as [(String, Int32, Int, Bool)])
    func restarts(policy: String, code: Int32, restarts: Int, expected: Bool) throws {
        #expect(try RestartPolicy(parsing: policy).restarts(after: code, restarts: restarts) == expected)
    }

    @Test("reads back what it prints", arguments: ["no", "always", "unless-stopped", "on-failure", "on-failure:3"])
    func description(text: String) throws {
        #expect(try RestartPolicy(parsing: text).description == text)
    }

    @Test("the wait doubles up to a minute, and begins anew after ten seconds of work")
    func delay() {
        var delay = RestartDelay()
        let short: Int64 = 9_999_999_999
        let waits = (0..<12).map { _ in delay.next(after: short) / 1_000_000 }
        #expect(waits == [100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 51200, 60000, 60000])
        #expect(delay.next(after: 10_000_000_000) / 1_000_000 == 100)
    }
}

@Suite("Detach keys")
struct DetachKeysTests {
    @Test(
        "are found wherever they begin, and what only looked like them is passed on",
        arguments: [
            ([[0x10, 0x11]], [], true), ([[0x10], [0x11]], [], true), ([[0x10, 0x10, 0x11]], [0x10], true),
            ([[0x61, 0x10], [0x62]], [0x61, 0x10, 0x62], false), ([[0x61, 0x10, 0x11, 0x62]], [0x61], true),
            ([[0x11]], [0x11], false),
        ] as [([[UInt8]], [UInt8], Bool)])
    func matching(typed: [[UInt8]], passed: [UInt8], isDetached: Bool) {
        var matcher = DetachKeys.standard.matcher()
        var all: [UInt8] = []
        var found = false
        for piece in typed {
            let (more, isComplete) = matcher.take(piece[...])
            all += more
            found = found || isComplete
        }
        #expect(all == passed && found == isDetached)
    }

    @Test("are spelt as Docker spells them")
    func parsing() throws {
        #expect(try DetachKeys(parsing: "ctrl-p,ctrl-q") == .standard)
        #expect(try DetachKeys(parsing: "a,ctrl-@,ctrl-[,ctrl-_").bytes == [0x61, 0, 0x1b, 0x1f])
        #expect(try DetachKeys(parsing: "").bytes == [])
        for text in ["ctrl-", "ctrl-1", "ab", "ctrl-p,,q"] {
            #expect(throws: UsageError.self) { try DetachKeys(parsing: text) }
        }
    }
}

@Suite("A health check")
struct HealthCheckTests {
    private func check(_ words: String...) throws -> HealthCheck? {
        let request = try #require(try RunRequest(parsing: words + ["image"]))
        return try HealthCheck(request)
    }

    @Test("has Docker's defaults, and zero means these")
    func defaults() throws {
        let check = try #require(try check("--health-cmd", "x", "--health-interval", "0s", "--health-retries", "0"))
        #expect(check.interval.description == "30s" && check.timeout.description == "30s" && check.retries == 3)
        #expect(try self.check("--health-interval", "1s") == nil)
        #expect(try self.check("--no-healthcheck") == nil)
    }

    @Test(
        "what cannot be",
        arguments: [
            (["--no-healthcheck", "--health-cmd", "x"], "--no-healthcheck conflicts with --health-* options"),
            (["--health-cmd", "x", "--health-interval", "-1s"], "--health-interval cannot be negative"),
            (["--health-cmd", "x", "--health-retries", "-1"], "--health-retries cannot be negative"),
            (["--health-cmd", "x", "--health-timeout", "10"], "time: missing unit in duration"),
            (["--health-cmd", "x", "--health-timeout", "10us"], "it cannot be less than 1ms"),
        ])
    func refused(words: [String], text: String) throws {
        let request = try #require(try RunRequest(parsing: words + ["image"]))
        let error = #expect(throws: UsageError.self) { try HealthCheck(request) }
        #expect(error?.message.contains(text) == true, "\(String(describing: error))")
    }

    @Test("failures count in a row, and not during the start; one success is enough")
    func verdict() {
        var health = ContainerState.Health()
        func probe(_ code: Int32, isStarting: Bool = false) {
            health.take(
                .init(start: .now, end: .now, exitCode: code, output: ""), retries: 2, isStarting: isStarting, limit: 3)
        }
        probe(1, isStarting: true)
        probe(1, isStarting: true)
        #expect(health.status == .starting && health.failingStreak == 0)
        probe(1)
        #expect(health.status == .starting && health.failingStreak == 1)
        probe(1)
        #expect(health.status == .unhealthy && health.log.count == 3)
        probe(0)
        #expect(health.status == .healthy && health.failingStreak == 0)
        probe(1, isStarting: true)
        #expect(health.failingStreak == 1)
    }
}

@Suite("Messages to a supervisor")
struct ControlMessageTests {
    @Test("come back as they went")
    func roundTrip() {
        let messages: [ControlMessage] = [
            .attach(rows: 24, columns: 80), .input([1, 2]), .input([]), .endOfInput,
            .resize(rows: 1, columns: 65535), .signal(-1), .wait, .reconsider, .started, .failed(code: 127),
            .output([0]), .errors([255]), .exit(code: 137),
        ]
        for message in messages { #expect(ControlMessage(message.bytes[...]) == message) }
    }

    @Test(
        "what is none is none",
        arguments: [[], [0], [0, 1, 2], [3, 1], [4], [8, 1, 2], [11], [200, 1]] as [[UInt8]])
    func garbage(packet: [UInt8]) {
        #expect(ControlMessage(packet[...]) == nil)
    }
}

@Suite("Finding a container")
struct FindingTests {
    @Test("by its name before the beginning of an id; an ambiguous beginning names the candidates")
    func references() throws {
        var template = Array("/tmp/minirun-find.XXXXXX".utf8CString)
        let path = try #require(mkdtemp(&template).map { String(cString: $0) })
        defer { try? Files.removeTree(FilePath(path)) }
        let store = ContainerStore(StatePaths(root: path + "/root", state: path + "/state"))
        let ids = ["ab1", "ab2", "cd3"].map { $0 + String(repeating: "0", count: 61) }
        for (id, name) in zip(ids, ["one", "two", "ab1"]) {
            let lock = try store.make(id: id, name: name, isPassing: false)
            try store.write(
                ContainerRecord(
                    id: id, name: name, hostname: "h", request: RunRequest(), args: [], network: .init(mode: "none")))
            withExtendedLifetime(lock) {}
        }
        #expect(try store.find("one").record.id == ids[0])
        #expect(try store.find("/one").record.id == ids[0])
        #expect(try store.find(ids[1]).record.id == ids[1])
        #expect(try store.find("ab2").record.id == ids[1])
        // The third is called like the beginning of the first.
        #expect(try store.find("ab1").record.id == ids[2])
        let error = #expect(throws: AmbiguousContainer.self) { try store.find("ab") }
        #expect(error?.description.contains("ab1000000000, ab2000000000") == true)
        for reference in ["", "zz", ".", "../one", String(ids[0].dropLast()) + "1"] {
            #expect(throws: NoSuchContainer.self) { try store.find(reference) }
        }
        #expect(throws: NameTaken.self) { try store.checkFree(name: "two") }
    }
}
