/// A DNS message (RFC 1035, section 4) with one question at most, as everybody sends them.
public struct DNSMessage: Sendable, Hashable {
    /// Id, flags, and the counts as they came.
    public var header: DNSHeader
    /// What is asked; some answers that complain have none.
    public var question: DNSQuestion?
    /// The records that answer it.
    public var answers: [DNSRecord] = []
    /// Who decides about the name.
    public var authorities: [DNSRecord] = []
    /// What may help besides; without the OPT record.
    public var additions: [DNSRecord] = []
    /// EDNS, where it is used.
    public var `extension`: DNSExtension?

    /// A message without any records.
    public init(_ header: DNSHeader, _ question: DNSQuestion? = nil) {
        self.header = header
        self.question = question
    }

    /// Reads a whole message; throws what is wrong with it, bytes behind its end included.
    public init(_ bytes: [UInt8]) throws(DNSFault) {
        var reader = DNSReader(bytes)
        header = try DNSHeader(&reader)
        switch header.questions {
        case 0: question = nil
        case 1: question = try DNSQuestion(&reader)
        default: throw .questions
        }
        for _ in 0..<header.answers { answers.append(try DNSRecord(&reader)) }
        for _ in 0..<header.authorities { authorities.append(try DNSRecord(&reader)) }
        for _ in 0..<header.additions {
            let record = try DNSRecord(&reader)
            guard record.type == DNSType.opt else {
                additions.append(record)
                continue
            }
            guard self.extension == nil else { throw .extensions }
            self.extension = try DNSExtension(record)
        }
        guard reader.isAtEnd else { throw .trailing }
    }

    /// The header and the question alone of a message that is passed on as it is.
    static func beginning(_ bytes: [UInt8]) throws(DNSFault) -> (DNSHeader, DNSQuestion?) {
        var reader = DNSReader(bytes)
        let header = try DNSHeader(&reader)
        guard header.questions <= 1 else { throw .questions }
        return (header, header.questions == 1 ? try DNSQuestion(&reader) : nil)
    }

    /// An answer to this query, which repeats the question in its own spelling; with EDNS if it has that (RFC 6891, 6.1.1).
    public func answer(_ code: DNSCode, _ answers: [DNSRecord] = [], isAuthoritative: Bool = false) -> DNSMessage {
        var message = DNSMessage(header.answer(code, isAuthoritative: isAuthoritative), question)
        message.answers = answers
        if let asked = self.extension {
            var own = DNSExtension(udpSize: Self.ownSize)
            own.upperCode = code.rawValue >> 4
            // RFC 3225: DO comes back as it was sent.
            own.flags = asked.flags & 0x8000
            message.extension = own
        }
        return message
    }

    /// How many bytes the asker takes by UDP: 512, or what its EDNS says.
    public var udpLimit: Int { max(512, Int(self.extension?.udpSize ?? 512)) }

    /// What minirun's server takes by UDP, as its own answers say.
    static let ownSize: UInt16 = 4096
}

/// What a server makes of bytes that somebody sent.
public enum DNSQuery: Sendable, Hashable {
    /// Nothing is to be answered: no header, or an answer, to which an answer would never end.
    case nothing
    /// It cannot be carried out; this is the answer.
    case refused(DNSMessage)
    /// A query with its question.
    case query(DNSMessage)

    /// Reads a packet; never fails.
    public init(_ bytes: [UInt8]) {
        guard let header = DNSHeader(bytes), !header.isResponse else {
            self = .nothing
            return
        }
        guard header.opcode == 0 else {
            self = .refused(DNSMessage(header.answer(.notImplemented)))
            return
        }
        guard let message = try? DNSMessage(bytes), message.question != nil else {
            self = .refused(DNSMessage(header.answer(.malformed)))
            return
        }
        let isUnknown = message.extension.map { $0.version != 0 } ?? false
        self = isUnknown ? .refused(message.answer(.unknownVersion)) : .query(message)
    }
}
