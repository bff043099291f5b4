import NetSetup
import Testing

@Suite("DNS messages")
struct DNSMessageTests {
    /// `A` of `web.Lab`, as somebody sends it.
    private static let query: [UInt8] = [
        0x12, 0x34,  // id
        0x01, 0x20,  // RD, and AD, which an asker may set (RFC 6840)
        0, 1, 0, 0, 0, 0, 0, 1,  // one question, one addition
        3, 0x77, 0x65, 0x62, 3, 0x4c, 0x61, 0x62, 0,  // web.Lab.
        0, 1, 0, 1,  // A, Internet
        0, 0, 41,  // the root's OPT
        0x04, 0xd0,  // takes 1232 bytes
        0, 0, 0x80, 0,  // version 0, DO
        0, 0,  // no options
    ]

    /// Parses a query that has to be one.
    private func message(_ bytes: [UInt8]) throws -> DNSMessage {
        guard case .query(let message) = DNSQuery(bytes) else {
            throw DNSFault.short
        }
        return message
    }

    @Test func queryIsReadFieldByField() throws {
        let message = try message(Self.query)
        #expect(message.header.id == 0x1234)
        #expect(message.header.wantsRecursion && !message.header.isResponse && message.header.opcode == 0)
        #expect(message.question == DNSName("web.Lab").map { DNSQuestion($0, type: DNSType.a) })
        #expect(message.question?.name.key == "web.lab")
        #expect(message.extension?.udpSize == 1232 && message.extension?.wantsSignatures == true)
        #expect(message.udpLimit == 1232)
    }

    @Test func answerRepeatsTheSpellingAndIsCompressed() throws {
        let query = try message(Self.query)
        let name = try #require(query.question?.name)
        let answer = query.answer(
            .success, [DNSRecord(name, IPAddress(v4: 0xac12_0002), timeToLive: 600)], isAuthoritative: true)
        let expected: [UInt8] =
            [
                0x12, 0x34,  // the same id
                0x85, 0x80,  // QR, AA, RD as it came; RA; NOERROR
                0, 1, 0, 1, 0, 0, 0, 1,  // a question, an answer, an addition
            ] + Self.query[12..<25] + [
                0xc0, 12, 0, 1, 0, 1,  // the question's name; A, Internet
                0, 0, 2, 0x58, 0, 4, 172, 18, 0, 2,  // 600 seconds; four bytes
                0, 0, 41, 0x10, 0, 0, 0, 0x80, 0, 0, 0,  // OPT: takes 4096 bytes; DO comes back
            ]
        #expect(answer.encoded() == expected)
        let read = try DNSMessage(expected)
        #expect(read.answers == answer.answers)
        #expect(read.encoded() == expected)
    }

    /// What follows the header of a query with these counts.
    private static func query(_ questions: UInt8, _ additions: UInt8, _ body: [UInt8]) -> [UInt8] {
        [0, 7, 1, 0, 0, questions, 0, 0, 0, 0, 0, additions] + body
    }

    private static let a: [UInt8] = [1, 0x61, 0, 0, 1, 0, 1]
    private static let opt: [UInt8] = [0, 0, 41, 2, 0, 0, 0, 0, 0, 0, 0]

    @Test(
        "a body that cannot be read is FORMERR",
        arguments: [
            ("no question", query(0, 0, []), DNSFault?.none), ("two questions", query(2, 0, a + a), .questions),
            ("half a name", query(1, 0, [3, 0x61]), .short), ("no type", query(1, 0, [1, 0x61, 0, 0]), .short),
            ("something behind", query(1, 0, a + [0]), .trailing), ("a missing record", query(1, 1, a), .short),
            ("a label of no kind", query(1, 0, [0x41, 0x61, 0, 0, 1, 0, 1]), .label),
            ("a name that points at itself", query(1, 0, [0xc0, 12, 0, 1, 0, 1]), .pointer),
            ("a name that points ahead", query(1, 0, [0xc0, 14, 0, 0, 1, 0, 1]), .pointer),
            ("a name that points behind the end", query(1, 0, [0xff, 0xff, 0, 1, 0, 1]), .pointer),
            ("two names that point at each other", query(1, 0, [1, 0x61, 0xc0, 12, 0, 1, 0, 1]), .pointer),
            ("two OPT", query(1, 2, a + opt + opt), .extensions),
            ("an OPT that is not of the root", query(1, 1, a + [1, 0x61] + opt), .extensions),
            ("options that do not fill their record", query(1, 1, a + opt.dropLast() + [3, 0, 1, 0]), .extensions),
            (
                "a name of 256 bytes",
                query(1, 0, (0..<4).flatMap { _ in [63] + [UInt8](repeating: 0x61, count: 63) } + [0, 0, 1, 0, 1]),
                .name
            ),
        ])
    func malformed(_ what: String, bytes: [UInt8], fault: DNSFault?) throws {
        if let fault { #expect(throws: fault) { try DNSMessage(bytes) } }
        guard case .refused(let answer) = DNSQuery(bytes) else {
            Issue.record("it is no query")
            return
        }
        #expect(answer.header.code == .malformed)
        #expect(answer.encoded() == [0, 7, 0x81, 0x81, 0, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test func whatMustNotBeAnsweredIsDropped() {
        #expect(DNSQuery([]) == .nothing)
        #expect(DNSQuery(Array(Self.query.prefix(11))) == .nothing)
        var response = Self.query
        response[2] |= 0x80
        #expect(DNSQuery(response) == .nothing)
    }

    @Test(arguments: [UInt8(1), 2, 4, 5, 15]) func otherOpcodesAreNotImplemented(opcode: UInt8) {
        guard case .refused(let answer) = DNSQuery([0, 7, opcode << 3 | 1, 0, 9, 9, 9, 9, 9, 9, 9, 9]) else {
            Issue.record("not refused")
            return
        }
        #expect(answer.encoded() == [0, 7, 0x80 | opcode << 3 | 1, 0x84, 0, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test func unknownEDNSVersionIsRefusedWithOurs() throws {
        var bytes = Self.query
        bytes[31] = 1
        guard case .refused(let answer) = DNSQuery(bytes) else {
            Issue.record("not refused")
            return
        }
        // BADVERS is 16: 1 in the OPT record, 0 in the header.
        #expect(answer.header.code == .success)
        #expect(answer.extension?.upperCode == 1 && answer.extension?.version == 0)
    }

    @Test(arguments: [(512, 30), (1232, 75), (65535, 100)])
    func tooManyAnswersAreCutAndMarked(limit: Int, fitting: Int) throws {
        var query = try message(Self.query)
        query.extension = nil
        let name = try #require(query.question?.name)
        let records = (0..<100).map { DNSRecord(name, IPAddress(v4: 0x0a00_0000 + $0), timeToLive: 0) }
        let bytes = query.answer(.success, records).encoded(limit: limit)
        #expect(bytes.count <= limit)
        let read = try DNSMessage(bytes)
        #expect(read.answers == Array(records.prefix(fitting)))
        #expect(read.header.isTruncated == (fitting < 100))
        // EDNS is in the answer even when there is no room for everything.
        query.extension = DNSExtension(udpSize: 512)
        let withEDNS = try DNSMessage(query.answer(.success, records).encoded(limit: limit))
        #expect(withEDNS.extension != nil)
        #expect(withEDNS.header.isTruncated == (fitting < 100))
    }

    @Test func compressedNameIsReadWhole() throws {
        let bytes: [UInt8] =
            [0, 7, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0]
            + [1, 0x61, 2, 0x62, 0x63, 0, 0, 5, 0, 1]  // a.bc. at 12, its second label at 14
            + [0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 1, 0, 4, 1, 0x78, 0xc0, 14]  // a.bc. is x.bc.
            + [1, 0x78, 0xc0, 14, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 1, 2, 3, 4]
        let message = try DNSMessage(bytes)
        #expect(message.answers.map(\.name.description) == ["a.bc.", "x.bc."])
        #expect(message.answers[0].data == [1, 0x78, 0xc0, 14])
    }
}

@Suite("DNS names")
struct DNSNameTests {
    @Test(
        "text and back",
        arguments: [
            ("web", "web."), ("web.lab.", "web.lab."), (".", "."), ("", "."), ("教", "\\230\\149\\153."),
        ] as [(String, String)])
    func text(text: String, shown: String) {
        #expect(DNSName(text)?.description == shown)
    }

    @Test(arguments: [
        "a..b", ".a", "a..", String(repeating: "a", count: 64), String(repeating: "a.", count: 127) + "bb",
    ])
    func noName(text: String) { #expect(DNSName(text) == nil) }

    @Test func longestNameFits() { #expect(DNSName(String(repeating: "a.", count: 126) + "b") != nil) }

    @Test func caseOfASCIILettersIsAllTheSame() throws {
        let name = try #require(DNSName("WeB.Lab"))
        #expect(try name.isSame(as: #require(DNSName("web.lAB."))))
        #expect(try !name.isSame(as: #require(DNSName("web.lac"))))
        #expect(DNSName("BÜCHER.Lab")?.key == "bücher.lab")
    }

    @Test(
        "an address has one name",
        arguments: [
            ("172.18.0.2", "2.0.18.172.in-addr.arpa."),
            ("fd00::1", "1." + String(repeating: "0.", count: 29) + "d.f.ip6.arpa."),
        ])
    func reverse(address: String, name: String) throws {
        let address = try #require(IPAddress(address))
        #expect(DNSName(reverseOf: address)?.description == name)
        #expect(DNSName(name.uppercased())?.reversedAddress == address)
    }

    @Test(arguments: [
        "0.18.172.in-addr.arpa", "2.0.018.172.in-addr.arpa", "256.0.18.172.in-addr.arpa", "a.0.18.172.in-addr.arpa",
        "2.0.18.172.in-addr.arpa.lab", "2.0.18.172.ip6.arpa", "9.2.0.18.172.in-addr.arpa", "in-addr.arpa", "arpa",
        "web",
        "+2.0.18.172.in-addr.arpa",
    ])
    func noAddress(name: String) { #expect(DNSName(name)?.reversedAddress == nil) }

    /// Samples of RFC 3492, section 7.1, lower-cased, and some of our own that `idn2` gives as well.
    @Test(arguments: [
        ("教育", "xn--wcvs22d"), ("种地", "xn--ces781f"), ("bücher", "xn--bcher-kva"),
        ("他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye"),
        ("なぜみんな日本語を話してくれないのか", "xn--n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa"),
        ("ليهمابتكلموشعربي؟", "xn--egbpdaj6bu4bxfgehfvwxn"), ("3年b組金八先生", "xn--3b-ww4c5e180e575a65lsy2b"),
        ("安室奈美恵-with-super-monkeys", "xn---with-super-monkeys-pc58ag80a8qai00g7n9n"),
        ("web.教育.lab", "web.xn--wcvs22d.lab"), ("🐳", "xn--7o8h"), ("plain", "plain"),
    ])
    func punycode(name: String, ascii: String) { #expect(Punycode.ascii(name) == ascii) }

    @Test func asciiFormThatIsTooLongIsNone() { #expect(Punycode.ascii(String(repeating: "教", count: 90)) == nil) }
}
