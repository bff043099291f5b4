import Testing

@testable import Namespaces

@Suite struct IDMapTests {
    @Test func mapIsWrittenAsTheKernelReadsIt() {
        let map = IDMap(outside: 524_288, count: 65536)
        #expect(map.uidText == "0 524288 65536\n")
        #expect(map.outside(uid: 0) == 524_288)
        #expect(map.outside(gid: 65535) == 589_823)
        #expect(map.outside(uid: 65536) == nil)
        #expect(!map.isIdentity)
        #expect(IDMap(outside: 0, count: 65536).isIdentity)
    }

    @Test func kernelsOwnMapIsRead() {
        let text = "         0          0 4294967295\n"
        let ranges = IDMap.ranges(parsing: text)
        #expect(ranges == [.init(inside: 0, outside: 0, count: .max)])
        #expect(IDMap(uids: ranges, gids: ranges).isInitial)
        #expect(IDMap.ranges(parsing: "0 1000\nx\n1 100000 65536") == [.init(inside: 1, outside: 100000, count: 65536)])
    }

    @Test func widestMapOfASmallNamespaceIsIdentityOverItsIDs() {
        let own = IDMap(
            uids: [.init(inside: 0, outside: 1000, count: 1)], gids: [.init(inside: 0, outside: 1000, count: 1)])
        #expect(own.identityOverInside.uidText == "0 0 1\n")
        #expect(own.identityOverInside.isIdentity)
        #expect(!own.covers(IDMap(outside: 524_288, count: 65536)))
        #expect(own.covers(own.identityOverInside))
    }

    static let entries: [(String, [SubordinateIDs.Entry])] = [
        ("", []),
        ("minirun:524288:65536\n", [.init(owner: "minirun", start: 524_288, count: 65536)]),
        ("# comment\n\na:1:2\nb:3:4", [.init(owner: "a", start: 1, count: 2), .init(owner: "b", start: 3, count: 4)]),
        ("a:1\na:1:2:3\n:1:2\na:x:2\na:-1:2\na:1:0\na:4294967295:2\n", []),
        ("1000:100000:65536", [.init(owner: "1000", start: 100000, count: 65536)]),
    ]

    @Test(arguments: entries) func subordinateFileIsRead(text: String, expected: [SubordinateIDs.Entry]) {
        #expect(SubordinateIDs.entries(parsing: text) == expected)
    }

    static let choices: [(lines: String, owners: [String], invent: Bool, start: UInt32?)] = [
        ("minirun:600000:65536\nroot:700000:65536", ["minirun", "containers", "root"], true, 600_000),
        ("containers:600000:65536\nroot:700000:65536", ["minirun", "containers", "root"], true, 600_000),
        ("root:700000:65536", ["minirun", "containers", "root"], true, 700_000),
        ("minirun:600000:1000", ["minirun"], true, 524_288),
        ("", ["minirun"], true, 524_288),
        ("", ["minirun"], false, nil),
        ("u:100000:65536", ["minirun"], true, 524_288),
        ("u:524288:65536", ["minirun"], true, 589_824),
        ("u:589823:1", ["minirun"], true, 589_824),
        ("u:589824:65536", ["minirun"], true, 524_288),
        ("u:100000:1000000000", ["minirun"], true, 1_000_144_896),
        ("a:500000:65536\nb:565536:65536", ["minirun"], true, 655_360),
        ("u:100000:4000000000", ["minirun"], true, nil),
    ]

    @Test(arguments: choices) func blockIsTheOwnersOrAFreeOne(
        lines: String, owners: [String], invent: Bool, start: UInt32?
    ) {
        let entries = SubordinateIDs.entries(parsing: lines)
        let map = SubordinateIDs(uids: entries, gids: entries).map(owners: owners, mayInvent: invent)
        #expect(map?.outside(uid: 0) == start)
        if let map { #expect(map.outside(uid: 65535) == start.map { $0 + 65535 }) }
    }
}
