import CShim
import Namespaces
import NetSetup
import SystemPackage
import Testing

/// A directory of names of the test's own, and who of their holders is alive: all but those named here.
final class NamePlace {
    let path: FilePath
    let names: NameDirectory

    init() throws {
        var template = Array("/tmp/minirun-names-XXXXXX".utf8CString)
        path = FilePath(String(cString: try #require(mkdtemp(&template))))
        names = NameDirectory(path.appending("names"))
    }

    deinit { try? Files.removeTree(path) }

    /// A holder dies without withdrawing anything.
    func kill(_ holder: String) throws { try Files.write("", to: path.appending(holder)) }

    /// Safe to be called anywhere.
    var isAlive: @Sendable (String) -> Bool {
        let path = path.string
        return { access("\(path)/\($0)", F_OK) != 0 }
    }

    static func entry(_ names: [String], _ addresses: [String], holder: String) -> NameDirectory.Entry {
        .init(names: names, canonical: names[0], addresses: addresses.compactMap(IPAddress.init), holder: holder)
    }
}

@Suite("The directory of names")
struct NameDirectoryTests {
    private let place: NamePlace

    init() throws { place = try NamePlace() }

    private func look(_ name: String, in network: String = "lab") -> [String] {
        place.names.addresses(of: name, in: network, isAlive: place.isAlive).map(\.description).sorted()
    }

    private func reverse(_ address: String, in network: String = "lab") throws -> [String] {
        place.names.names(of: try #require(IPAddress(address)), in: network, isAlive: place.isAlive)
    }

    private func files() throws -> [String] {
        try Files.names(in: place.names.path.appending("lab")).filter { $0 != ".lock" }.sorted()
    }

    @Test func registeredNameIsFoundUntilItIsWithdrawn() throws {
        let entry = NamePlace.entry(["Web", "www"], ["172.18.0.2", "fd00::2"], holder: "c1")
        try place.names.register(entry, in: "lab")
        #expect(look("web") == ["172.18.0.2", "fd00::2"])
        #expect(look("www") == ["172.18.0.2", "fd00::2"])
        #expect(look("web", in: "other").isEmpty && look("nobody").isEmpty)
        #expect(try reverse("fd00::2") == ["Web"])
        #expect(try reverse("172.18.0.3").isEmpty)
        // A learner finds the same with ls and cat.
        let file = place.names.path.appending("lab/web/172.18.0.2")
        #expect(try Files.text(file) == "c1\nWeb\n")
        try place.names.withdraw(entry, in: "lab")
        #expect(look("web").isEmpty && look("www").isEmpty)
        #expect(try reverse("fd00::2").isEmpty)
        #expect(try files() == [".by-address"])
        try place.names.withdraw(entry, in: "lab")
    }

    @Test func sharedAliasHasTheAddressesOfAllItsHolders() throws {
        let one = NamePlace.entry(["a", "web"], ["172.18.0.2"], holder: "c1")
        let two = NamePlace.entry(["b", "web"], ["172.18.0.3"], holder: "c2")
        try place.names.register(one, in: "lab")
        try place.names.register(two, in: "lab")
        #expect(look("web") == ["172.18.0.2", "172.18.0.3"])
        try place.names.withdraw(one, in: "lab")
        #expect(look("web") == ["172.18.0.3"])
        #expect(look("a").isEmpty && look("b") == ["172.18.0.3"])
    }

    @Test func deadHolderIsGoneAtOnceAndSweptLater() throws {
        try place.names.register(NamePlace.entry(["a", "web"], ["172.18.0.2"], holder: "c1"), in: "lab")
        try place.names.register(NamePlace.entry(["b", "web"], ["172.18.0.3"], holder: "c2"), in: "lab")
        try place.kill("c1")
        #expect(look("web") == ["172.18.0.3"])
        #expect(look("a").isEmpty)
        #expect(try reverse("172.18.0.2").isEmpty)
        #expect(try files() == [".by-address", "a", "b", "web"])
        try place.names.sweep(isAlive: place.isAlive)
        #expect(try files() == [".by-address", "b", "web"])
        #expect(try Files.names(in: place.names.path.appending("lab/.by-address")) == ["172.18.0.3"])
        #expect(look("web") == ["172.18.0.3"])
    }

    @Test func lateWithdrawalOfAnEarlierHolderTakesNothingAway() throws {
        let old = NamePlace.entry(["web"], ["172.18.0.2"], holder: "c1")
        try place.names.register(old, in: "lab")
        try place.names.register(NamePlace.entry(["web"], ["172.18.0.2"], holder: "c2"), in: "lab")
        try place.names.withdraw(old, in: "lab")
        #expect(look("web") == ["172.18.0.2"])
        #expect(try reverse("172.18.0.2") == ["web"])
    }

    @Test func otherLettersAreFoundInBothForms() throws {
        try place.names.register(NamePlace.entry(["教育", "BÜCHER"], ["172.18.0.2"], holder: "c1"), in: "lab")
        for name in ["教育", "xn--wcvs22d", "bücher", "xn--bcher-kva"] {
            #expect(look(name) == ["172.18.0.2"], "\(name)")
        }
    }

    @Test func fileThatSaysNothingMisleadsNobody() throws {
        try place.names.register(NamePlace.entry(["web"], ["172.18.0.2"], holder: "c1"), in: "lab")
        try Files.write("rubbish", to: place.names.path.appending("lab/web/172.18.0.9"))
        try Files.write("c1\nweb\n", to: place.names.path.appending("lab/web/no-address"))
        #expect(look("web") == ["172.18.0.2"])
    }

    @Test(arguments: ["..", ".", "", ".by-address", "a/b", "../lab/web", "web\0x", ".lock"])
    func strangeQuestionFindsNothing(name: String) throws {
        try place.names.register(NamePlace.entry(["web"], ["172.18.0.2"], holder: "c1"), in: "lab")
        #expect(look(name).isEmpty)
        #expect(look("web", in: name).isEmpty)
    }

    @Test(arguments: [
        ("", "invalid name \"\": it is empty"), ("a/b", "invalid name \"a/b\": a name has no slash"),
        (".", "invalid name \".\": there is nothing before or behind a dot"),
        ("..", "invalid name \"..\": there is nothing before or behind a dot"),
        (".lock", "invalid name \".lock\": there is nothing before or behind a dot"),
        ("a..b", "invalid name \"a..b\": there is nothing before or behind a dot"),
        ("a\nb", "invalid name \"a\\nb\": it has a character that cannot be seen"),
        ("a\u{202e}b", "invalid name \"a\\u202eb\": it has a character that cannot be seen"),
        ("a\0", "invalid name \"a\\x00\": it has a character that cannot be seen"),
    ]) func impossibleNameIsRefusedBeforeAnythingIsWritten(name: String, message: String) throws {
        #expect(throws: UsageError(message)) {
            try place.names.register(NamePlace.entry(["web", name], ["172.18.0.2"], holder: "c1"), in: "lab")
        }
        #expect(look("web").isEmpty)
    }

    @Test func lengthsAreThoseOfDNS() throws {
        let label = String(repeating: "a", count: 63)
        #expect(try RegisteredName.keys(of: label) == [label])
        #expect(throws: UsageError.self) { try RegisteredName.keys(of: label + "a") }
        #expect(throws: UsageError.self) { try RegisteredName.keys(of: String(repeating: "教", count: 22)) }
        let long = Array(repeating: label, count: 4).joined(separator: ".")
        #expect(try RegisteredName.keys(of: String(long.dropLast(2))).count == 1)
        #expect(throws: UsageError.self) { try RegisteredName.keys(of: String(long.dropLast(1))) }
        // In ASCII this one would have more than 63 bytes: it answers to its own letters only.
        #expect(try RegisteredName.keys(of: "aéłπжאبกა一あア㐀가힣鿕ﬀ龘ᄀ中").count == 1)
    }

    @Test func stepCanBeTakenBackAndItsShellVoiceWritesTheSame() throws {
        let entry = NamePlace.entry(["web", "教育"], ["172.18.0.2", "fd00::2"], holder: "c1")
        let step = RegisterNames(entry, network: "lab", in: place.names)
        let network = try PrivateNetwork()
        func snapshot() throws -> String {
            let folder = place.names.path.appending("lab").string
            return try network.shell("cd \(folder); grep -r . --exclude=.lock . | sort")
        }
        let stage = Stage()
        try step.apply(on: stage)
        let made = try snapshot()
        #expect(made.contains("./xn--wcvs22d/fd00::2:c1"))
        #expect(stage.undo.unwind() == [])
        #expect(look("web").isEmpty)
        try network.shell(step.explanation.shell.joined(separator: "\n"))
        #expect(try snapshot() == made)
    }

    @Test func failedRegistrationLeavesNoHalf() throws {
        let entry = NamePlace.entry(["web", "www"], ["172.18.0.2"], holder: "c1")
        try Files.makeDirectory(place.names.path.appending("lab"))
        try Files.write("in the way", to: place.names.path.appending("lab/www"))
        let stage = Stage()
        #expect(throws: (any Error).self) { try RegisterNames(entry, network: "lab", in: place.names).apply(on: stage) }
        #expect(look("web") == ["172.18.0.2"])
        #expect(stage.undo.unwind() == [])
        #expect(look("web").isEmpty)
    }
}
