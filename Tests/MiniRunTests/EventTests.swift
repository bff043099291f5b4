import CShim
import Namespaces
import SystemPackage
import Testing

@testable import MiniRun

/// What happens is written down once, whole, by many at a time, and read in Docker's words.
struct EventTests {
    private let fixture: LogFixture
    private static let id = String(repeating: "0123456789abcdef", count: 4)
    private static let time = Timestamp(seconds: 1_795_572_184, nanoseconds: 1)
    private static let web = EventContainer(id: id, name: "web", image: "busybox", labels: ["tier": "front"])

    init() throws { fixture = try LogFixture() }

    private var path: FilePath { fixture.directory.appending("events") }

    @Test(
        "each action has Docker's word and attributes",
        arguments: [
            (.create, "create", ""), (.attach, "attach", ""), (.detach, "detach", ""), (.start, "start", ""),
            (.die(exitCode: 137), "die", "exitCode=137, "), (.stop, "stop", ""), (.restart, "restart", ""),
            (.pause, "pause", ""), (.unpause, "unpause", ""), (.destroy, "destroy", ""), (.oom, "oom", ""),
            (.top, "top", ""), (.execDie(id: "e", exitCode: 0), "exec_die", "execID=e, exitCode=0, "),
            (.execCreate(id: "e", command: ["sh", "-c", "ls"]), "exec_create: sh -c ls", "execID=e, "),
            (.execStart(id: "e", command: ["ls"]), "exec_start: ls", "execID=e, "),
            (.healthStatus("healthy"), "health_status: healthy", ""),
        ] as [(ContainerAction, String, String)])
    func lines(action: ContainerAction, word: String, attributes: String) throws {
        let event = Event(action, Self.web, time: Self.time)
        let line = try EventFormat().text(of: event, in: .utc)
        #expect(
            line == "2026-11-25T02:03:04.000000001Z container \(word) \(Self.id) "
                + "(\(attributes)image=busybox, name=web, tier=front)")
        #expect(event.verb == word.prefix { $0 != ":" })
    }

    @Test func otherAttributesAreSortedAmongThem() throws {
        let zone = LocalZone(offset: 7200, name: "EET")
        func line(_ event: Event) throws -> String { try EventFormat().text(of: event, in: zone) }
        #expect(
            try line(Event(.kill(signal: 15), Self.web, time: Self.time))
                == "2026-11-25T04:03:04.000000001+02:00 container kill \(Self.id) "
                + "(image=busybox, name=web, signal=15, tier=front)")
        #expect(
            try line(Event(.rename(oldName: "old"), Self.web, time: Self.time)).hasSuffix(
                "(image=busybox, name=web, oldName=/old, tier=front)"))
        let network = EventNetwork(id: "n1", name: "lab", driver: "bridge")
        #expect(
            try line(Event(.connect(container: Self.id), network, time: Self.time))
                == "2026-11-25T04:03:04.000000001+02:00 network connect n1 (container=\(Self.id), name=lab, type=bridge)"
        )
        #expect(Event(.disconnect(container: Self.id), network).container == [Self.id])
        #expect(Event(.start, Self.web).container == [Self.id, "web"])
    }

    @Test func formatsAreDockers() throws {
        let event = Event(.die(exitCode: 1), Self.web, time: Self.time)
        let json = #"""
            {"status":"die","id":"\#(Self.id)","from":"busybox","Type":"container","Action":"die","Actor":{"ID":"\#(Self.id)","Attributes":{"exitCode":"1","image":"busybox","name":"web","tier":"front"}},"scope":"local","time":1795572184,"timeNano":1795572184000000001}
            """#
        #expect(try EventFormat(parsing: "json").text(of: event) == json)
        #expect(try EventFormat(parsing: "{{json .}}").text(of: event) == json)
        let template = "{{.Status}} {{.Actor.Attributes.exitCode}} {{.TimeNano}}"
        #expect(try EventFormat(parsing: template).text(of: event) == "die 1 1795572184000000001")
        let start = Event(.start, Self.web, time: Timestamp(nanoseconds: 5))
        #expect(try EventFormat(parsing: template).text(of: start) == "start <no value> 5")
    }

    @Test("an event comes back from its line, even from behind the rest of another")
    func roundTrip() throws {
        var event = Event(.start, Self.web, time: Timestamp(nanoseconds: -1_500_000_000))
        event.attributes["odd"] = "\"\\\n{\"status\":\u{0}é😀"
        let network = Event(.create, EventNetwork(id: "n", name: "lab", driver: "bridge"))
        // Its attributes begin as an event of a network does.
        var confusing = Event(.start, Self.web, time: Self.time)
        confusing.attributes["Type"] = "network"
        for event in [event, network, confusing] {
            let line = event.json.compact
            #expect(Array(line.utf8).parsed { Event(legibleIn: $0) } == event)
            #expect(Array((String(line.prefix(60)) + line).utf8).parsed { Event(legibleIn: $0) } == event)
            #expect(Array(("\0\0" + line).utf8).parsed { Event(legibleIn: $0) } == event)
            #expect(Array(line.utf8.dropLast()).parsed { Event(legibleIn: $0) } == nil)
        }
        #expect(event.json["time"] == .integer(-2))
    }

    @Test("80,000 events of eight writers at once are whole and in each writer's order")
    func manyWriters() throws {
        let log = EventLog(path, limit: .max)
        let writers = (0..<8).map { writer in
            OwnThread {
                for number in 0..<10_000 {
                    log.append(
                        Event(.die(exitCode: Int32(number)), EventContainer(id: "\(writer)", name: "w", image: "i")))
                }
            }
        }
        writers.forEach { $0.join() }
        var next: [String: Int] = [:]
        var files = try RotatedReader(path)
        try files.readPresent { line in
            guard let event = Event(legibleIn: line) else {
                Issue.record("a broken line")
                return false
            }
            #expect(event.attributes["exitCode"] == "\(next[event.id] ?? 0)")
            next[event.id, default: 0] += 1
            return true
        }
        #expect(next.values.sorted() == Array(repeating: 10_000, count: 8))
        var status = stat()
        #expect(stat(path.string, &status) == 0 && status.st_mode & 0o777 == 0o600)
    }

    @Test("the file is bounded, also for many writers, and what is left is whole")
    func bounded() throws {
        let log = EventLog(path, limit: 10_000)
        let writers = (0..<4).map { writer in
            OwnThread {
                for _ in 0..<500 { log.append(Event(.stop, EventContainer(id: "\(writer)", name: "w", image: "i"))) }
            }
        }
        writers.forEach { $0.join() }
        // The last of them may just have begun a new file, which is there with the next event.
        while access(path.string, F_OK) != 0 { log.append(Event(.stop, Self.web)) }
        #expect(try fixture.names() == ["events", "events.1", "events.lock"])
        for name in ["events", "events.1"] {
            let bytes = try Files.read(fixture.directory.appending(name))
            #expect(bytes.count < 12_000)
            for line in bytes.split(separator: 10) { #expect(Array(line).parsed { Event(legibleIn: $0) } != nil) }
        }
    }

    @Test("followers go on over rotations until nobody reads them; --since gives what was")
    func following() throws {
        let log = EventLog(path, limit: 1000)
        for number in 0..<4 { log.append(Event(.die(exitCode: Int32(number)), Self.web)) }
        let (reader, writer) = try LogFixture.pipe()
        let follower = OwnThread {
            let format = try? EventFormat(parsing: "{{.Action}} {{.Actor.Attributes.exitCode}}")
            let events = format.flatMap {
                try? EventReader(
                    log, since: "1h", format: $0, isWanted: { $0.action != "stop" }, to: OutputSink(writer, writer))
            }
            try? events?.run()
            close(writer)
        }
        for number in 0..<4 { #expect(LogFixture.line(from: reader) == "die \(number)") }
        for number in 4..<200 {
            log.append(Event(.stop, Self.web))
            log.append(Event(.die(exitCode: Int32(number)), Self.web))
            #expect(LogFixture.line(from: reader) == "die \(number)")
        }
        close(reader)
        follower.join()
    }

    @Test("what a slow writer still puts into the file that has been replaced is read as well")
    func latecomer() throws {
        let log = EventLog(path, limit: 900)
        log.append(Event(.create, Self.web))
        let slow = minirun_open(path.string, O_WRONLY | O_APPEND, 0)
        defer { close(slow) }
        var files = try RotatedReader(path)
        var seen: [String] = []
        func look() throws {
            _ = try files.readOn { line in
                seen += [Event(legibleIn: line)?.action ?? "?"]
                return true
            }
        }
        for action in [ContainerAction.start, .pause, .stop] { log.append(Event(action, Self.web)) }
        try look()
        let late = Event(.oom, Self.web).json.compact + "\n"
        #expect(write(slow, late, late.utf8.count) == late.utf8.count)
        try look()
        #expect(seen == ["create", "start", "pause", "stop", "oom"])
    }

    @Test("without --since only what comes is printed, and --until ends it")
    func until() throws {
        let log = EventLog(path)
        log.append(Event(.create, Self.web, time: Timestamp(seconds: 5)))
        log.append(Event(.start, Self.web, time: Timestamp(seconds: 7)))
        let output = fixture.directory.appending("output")
        let number = minirun_open(output.string, O_RDWR | O_CREAT, 0o600)
        defer { close(number) }
        let format = try EventFormat(parsing: "{{.Action}}")
        try EventReader(log, until: "6", format: format, to: OutputSink(number, number)).run()
        #expect(try Files.text(output) == "create\n")
        try EventReader(log, since: "6", until: "8", format: format, to: OutputSink(number, number)).run()
        #expect(try Files.text(output) == "create\nstart\n")
        #expect(throws: UsageError.self) { try EventReader(log, since: "x", format: format) }
    }
}
