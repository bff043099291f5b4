/// The first twelve bytes of every message (RFC 1035, section 4.1.1).
public struct DNSHeader: Sendable, Hashable {
    /// Chosen by whoever asks, repeated by whoever answers.
    public var id: UInt16
    /// The 16 bits between the id and the counts.
    public var flags: UInt16

    // How many of each follow.
    var questions: UInt16 = 0
    var answers: UInt16 = 0
    var authorities: UInt16 = 0
    var additions: UInt16 = 0

    /// A header without any counts.
    public init(id: UInt16, flags: UInt16) {
        self.id = id
        self.flags = flags
    }

    /// Reads a message's beginning; nil when there are less than twelve bytes.
    public init?(_ bytes: [UInt8]) {
        var reader = DNSReader(bytes)
        guard let header = try? DNSHeader(&reader) else { return nil }
        self = header
    }

    init(_ reader: inout DNSReader) throws(DNSFault) {
        id = try reader.number()
        flags = try reader.number()
        questions = try reader.number()
        answers = try reader.number()
        authorities = try reader.number()
        additions = try reader.number()
    }

    /// QR: whether this is an answer.
    public var isResponse: Bool { flags & 0x8000 != 0 }
    /// What is asked for: 0 is the usual query.
    public var opcode: UInt8 { UInt8(flags >> 11 & 0xf) }
    /// AA: the answer is of one who decides about the name.
    public var isAuthoritative: Bool { flags & 0x0400 != 0 }
    /// TC: there is more than fits; ask by TCP.
    public var isTruncated: Bool { flags & 0x0200 != 0 }
    /// RD: the server is to ask others.
    public var wantsRecursion: Bool { flags & 0x0100 != 0 }
    /// RA: the server does ask others.
    public var offersRecursion: Bool { flags & 0x0080 != 0 }
    /// The answer's lower four bits; EDNS has more.
    public var code: DNSCode { DNSCode(rawValue: UInt8(flags & 0xf)) }

    /// The header of an answer: QR, what was asked for, RD and CD (RFC 4035, section 3.1.6) as they came, RA, and the code.
    func answer(_ code: DNSCode, isAuthoritative: Bool = false) -> DNSHeader {
        let kept = flags & (0x7800 | 0x0100 | 0x0010)
        return DNSHeader(
            id: id, flags: 0x8000 | kept | 0x0080 | (isAuthoritative ? 0x0400 : 0) | UInt16(code.rawValue & 0xf))
    }
}

/// How a question ended (RCODE).
public struct DNSCode: RawRepresentable, Sendable, Hashable {
    /// The number; above 15 only with EDNS.
    public var rawValue: UInt8
    /// From the number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// NOERROR.
    public static let success = DNSCode(rawValue: 0)
    /// FORMERR: the question cannot be read.
    public static let malformed = DNSCode(rawValue: 1)
    /// SERVFAIL: nobody could be asked.
    public static let failure = DNSCode(rawValue: 2)
    /// NXDOMAIN: there is no such name.
    public static let noSuchName = DNSCode(rawValue: 3)
    /// NOTIMP: not a query.
    public static let notImplemented = DNSCode(rawValue: 4)
    /// REFUSED.
    public static let refused = DNSCode(rawValue: 5)
    /// BADVERS: an EDNS version that nobody knows.
    public static let unknownVersion = DNSCode(rawValue: 16)
}
