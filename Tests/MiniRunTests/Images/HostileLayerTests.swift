import CShim
import Namespaces
import SystemPackage
import Testing

@testable import MiniRun

/// Layers that want more than to be unpacked are refused with a sentence, and nothing of them stays.
struct HostileLayerTests {
    /// A layer, and what it is refused with.
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let sentence: String
        let tar: Tar

        init(_ name: String, _ sentence: String, _ build: (inout Tar) -> Void) {
            testDescription = name
            self.sentence = sentence
            var tar = Tar()
            build(&tar)
            self.tar = tar
        }
    }

    static let cases: [Case] = [
        Case("absolute name", "layer entry \"/etc/cron.d/x\": its name is absolute") { $0.add("/etc/cron.d/x") },
        Case("upwards", "layer entry \"../x\": it leads out of the layer") { $0.add("../x") },
        Case("upwards and down again", "layer entry \"a/../b\": it leads out of the layer") { $0.add("a/../b") },
        Case("absolute by pax", "layer entry \"/x\": its name is absolute") { $0.add("y", pax: [("path", "/x")]) },
        Case("no name", "layer entry \"\": it has no name") { $0.add("") },
        Case("through a link", "layer entry \"out/x\": its way leads through \"out\", a symbolic link") {
            $0.add("out", Tar.symbolicLink, link: "/tmp")
            $0.add("out/x")
        },
        Case(
            "through a link further down", "layer entry \"a/out/b/x\": its way leads through \"a/out\", a symbolic link"
        ) {
            $0.add("a/out", Tar.symbolicLink, link: "../../..")
            $0.add("a/out/b/x")
        },
        Case("whiteout through a link", "layer entry \"out/.wh.x\": its way leads through \"out\", a symbolic link") {
            $0.add("out", Tar.symbolicLink, link: "/tmp")
            $0.add("out/.wh.x")
        },
        Case(
            "opaque through a link", "layer entry \"out/.wh..wh..opq\": its way leads through \"out\", a symbolic link"
        ) {
            $0.add("out", Tar.symbolicLink, link: "/tmp")
            $0.add("out/.wh..wh..opq")
        },
        Case(
            "through a link that was a directory",
            "layer entry \"a/x\": its way leads through \"a\", a symbolic link"
        ) {
            $0.add(directory: "a")
            $0.add("a", Tar.symbolicLink, link: "/tmp")
            $0.add("a/x")
        },
        Case("through a file", "layer entry \"file/x\": its way leads through \"file\", which is no directory") {
            $0.add("file")
            $0.add("file/x")
        },
        Case("full directory replaced", "layer entry \"a\": the layer has a directory in its place that is not empty") {
            $0.add("a/x")
            $0.add("a")
        },
        Case(
            "hard link upwards",
            "layer entry \"x\": it is a hard link to \"../../etc/shadow\": it leads out of the layer"
        ) {
            $0.add("x", Tar.hardLink, link: "../../etc/shadow")
        },
        Case("absolute hard link", "layer entry \"x\": it is a hard link to \"/etc/shadow\": its name is absolute") {
            $0.add("x", Tar.hardLink, link: "/etc/shadow")
        },
        Case(
            "hard link through a link",
            "layer entry \"x\": it is a hard link to \"etc/shadow\": its way leads through \"etc\", a symbolic link"
        ) {
            $0.add("etc", Tar.symbolicLink, link: "/etc")
            $0.add("x", Tar.hardLink, link: "etc/shadow")
        },
        Case("hard link to nothing", "layer entry \"x\": it is a hard link to \"y\", which the layer does not have") {
            $0.add("x", Tar.hardLink, link: "y")
        },
        Case("hard link into nothing", "layer entry \"x\": it is a hard link to \"y/z\", which the layer does not have")
        {
            $0.add("x", Tar.hardLink, link: "y/z")
        },
        Case("hard link to a directory", "layer entry \"x\": it is a hard link to \"a\", which is no file") {
            $0.add(directory: "a")
            $0.add("x", Tar.hardLink, link: "a")
        },
        Case("hard link to a whiteout", "layer entry \"x\": it is a hard link to \"a\", which is no file") {
            $0.add(".wh.a")
            $0.add("x", Tar.hardLink, link: "a")
        },
        Case("whiteout of nothing", "layer entry \".wh.\": it is a whiteout of nothing that a directory can have") {
            $0.add(".wh.")
        },
        Case("whiteout of itself", "layer entry \"a/.wh..\": it is a whiteout of nothing that a directory can have") {
            $0.add("a/.wh..")
        },
        Case("whiteout of above", "layer entry \"a/.wh...\": it is a whiteout of nothing that a directory can have") {
            $0.add("a/.wh...")
        },
        Case("in a whiteout", "layer entry \".wh.a/b\": nothing can be in a whiteout") { $0.add(".wh.a/b") },
        Case("device", "layer entry \"srv/sda\": it is a device node, which no layer may bring along") {
            $0.add("srv/sda", Tar.block, device: (8, 0))
        },
        Case("foreign whiteout", "layer entry \"a\": it is a device node, which no layer may bring along") {
            $0.add("a", Tar.character, device: (0, 0))
        },
        Case("top as a link", "layer entry \"./\": the top of a layer is a directory") {
            $0.add("./", Tar.symbolicLink, link: "/etc")
        },
        Case("nobody's", "layer entry \"a\": it belongs to 4294967295:0, which nobody can be") {
            $0.add("a", pax: [("uid", "4294967295")])
        },
        Case("long name", "layer entry \"\(String(repeating: "a", count: 256))\": its name is too long") {
            $0.add("x", pax: [("path", String(repeating: "a", count: 256))])
        },
        Case("deep", "it is more than 256 directories deep") {
            $0.add("x", pax: [("path", String(repeating: "a/", count: 257))])
        },
        Case("long path", "its name is too long") {
            $0.add("x", pax: [("path", String(repeating: String(repeating: "a", count: 200) + "/", count: 21))])
        },
        Case("control characters", #"layer entry "../\x1b[31m\n": it leads out of the layer"#) {
            $0.add("../\u{1b}[31m\n")
        },
        Case("huge hole", "layer entry \"x\": it claims 1152921504606846976 bytes, more than a file can have") {
            $0.add(
                "x", Tar.file, "1\n0\n0\n" + String(repeating: "\u{0}", count: 506),
                pax: [
                    ("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "x"),
                    ("GNU.sparse.realsize", "1152921504606846976"),
                ])
        },
        Case("claims more than there is", "layer entry \"x\": truncated tar archive") {
            $0.add(Array("x".utf8), Tar.file, [1, 2, 3], size: 1 << 30)
        },
        Case("malformed pax", "ignoring malformed pax extended attribute") {
            $0.add(Array("a".utf8), 120, Array("999 path=b\n".utf8))
            $0.add("a")
        },
    ]

    @Test("what wants more than to be unpacked is refused, and nothing stays", arguments: cases)
    func refused(hostile: Case) throws {
        let fixture = try LayerFixture()
        // What was good before is taken back as well.
        var tar = Tar()
        tar.add("good/file", Tar.file, "x")
        let sentence = try fixture.refusal(of: tar.bytes + hostile.tar.finished)
        #expect(sentence.hasSuffix(hostile.sentence), "\(sentence)")
    }

    @Test("a name ends at a NUL, wherever it would lead behind it")
    func zero() throws {
        let fixture = try LayerFixture()
        var tar = Tar()
        tar.add(Array("x".utf8), pax: [("path", Array("good\u{0}/../../../tmp/evil".utf8))])
        do { _ = try fixture.unpack(tar) } catch is LayerError { return }
        #expect(try fixture.shell("ls layer") == "good")
    }

    @Test("a damaged stream is refused")
    func damaged() throws {
        let fixture = try LayerFixture()
        var tar = Tar()
        tar.add(Array("file".utf8), Tar.file, (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) })
        for program in ["gzip", "zstd -q"] {
            let whole = try fixture.filtered(tar.finished, by: program)
            for cut in [1, 12, whole.count / 2, whole.count - 9] {
                #expect(try fixture.refusal(of: Array(whole.prefix(cut))).hasPrefix("layer"))
            }
            var bytes = whole
            for place in bytes.count / 2..<bytes.count / 2 + 64 { bytes[place] = 0xff }
            let sentence = try fixture.refusal(of: bytes)
            #expect(sentence.hasPrefix("layer entry \"file\": "), "\(sentence)")
        }
        #expect(try fixture.refusal(of: []) == "layer: it is empty")
        #expect(try fixture.refusal(of: Array("no archive".utf8)).hasPrefix("layer: "))
        // Zeros behind the last file's content may be missing, content may not.
        for cut in [1, 100, 511, 513, 1000, tar.bytes.count - 512] {
            #expect(try fixture.refusal(of: Array(tar.bytes.prefix(cut))).hasPrefix("layer"))
        }
    }

    @Test("what is blown up beyond all measure is refused before the disk is full")
    func bomb() throws {
        let fixture = try LayerFixture()
        var tar = Tar()
        tar.add(Array("zeros".utf8), Tar.file, [UInt8](repeating: 0, count: 8 << 20))
        var limits = LayerLimits()
        limits.freeBytes = 1 << 20
        for program in ["gzip", "zstd -q"] {
            let bytes = try fixture.filtered(tar.finished, by: program)
            let sentence = try fixture.refusal(of: bytes, limits: limits)
            #expect(sentence.hasPrefix("layer entry \"zeros\": it is a bomb: "), "\(sentence)")
            #expect(try fixture.unpack(bytes).contentSize == 8 << 20)
            try Files.removeTree(fixture.root)
        }
        // No compression, no bomb.
        #expect(try fixture.unpack(tar.finished, limits: limits).contentSize == 8 << 20)
    }

    @Test("zeros without end behind the archive are a bomb too")
    func tail() throws {
        let fixture = try LayerFixture()
        var limits = LayerLimits()
        limits.freeBytes = 1 << 20
        let bytes = try fixture.filtered(Tar().finished + [UInt8](repeating: 0, count: 8 << 20), by: "gzip")
        #expect(try fixture.refusal(of: bytes, limits: limits).hasPrefix("layer: it is a bomb: "))
    }

    @Test("more entries than anybody needs are refused")
    func entries() throws {
        let fixture = try LayerFixture()
        var tar = Tar()
        for number in 0..<12 { tar.add("file\(number)") }
        var limits = LayerLimits()
        limits.entries = 10
        #expect(
            try fixture.refusal(of: tar.finished, limits: limits)
                == "layer entry \"file10\": there are more than 10 entries")
    }

    @Test("a full disk is a refusal like any other")
    func fullDisk() throws {
        try #require(geteuid() == 0)
        let fixture = try LayerFixture()
        // Mounted nowhere: nobody else sees it, and it goes with its descriptor.
        let context = OwnedDescriptor(owning: minirun_fsopen("tmpfs"))
        #expect(minirun_fsconfig_string(context.rawValue, "size", "1m") == 0)
        let disk = OwnedDescriptor(owning: minirun_fsmount(context.rawValue, 0))
        try #require(disk.rawValue >= 0)
        let target = FilePath("/proc/self/fd/\(disk.rawValue)/layer")
        var tar = Tar()
        tar.add("small", Tar.file, "x")
        tar.add(Array("large".utf8), Tar.file, [UInt8](repeating: 1, count: 2 << 20))
        let file = try fixture.open(tar.finished)
        let error = try #require(throws: LayerError.self) { try LayerUnpacker().unpack(file, to: target) }
        #expect(error.description == "layer entry \"large\": no space left on device" && error.errno == .noSpace)
        #expect(access(target.string, F_OK) != 0)
    }
}
