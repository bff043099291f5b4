/// The types that minirun itself answers; all others are passed on.
public enum DNSType {
    /// An IPv4 address.
    public static let a: UInt16 = 1
    /// Another name: here that of an address.
    public static let ptr: UInt16 = 12
    /// An IPv6 address.
    public static let aaaa: UInt16 = 28
    /// EDNS's pseudo record (RFC 6891).
    public static let opt: UInt16 = 41
    /// Whatever there is.
    public static let any: UInt16 = 255
    /// The class of the Internet.
    public static let internet: UInt16 = 1
}

/// What is asked.
public struct DNSQuestion: Sendable, Hashable {
    /// In the asker's own spelling.
    public var name: DNSName
    /// QTYPE; 1 is A.
    public var type: UInt16
    /// QCLASS; 1 is the Internet.
    public var `class`: UInt16

    /// A question of the Internet's class, unless said otherwise.
    public init(_ name: DNSName, type: UInt16, class: UInt16 = DNSType.internet) {
        self.name = name
        self.type = type
        self.class = `class`
    }

    init(_ reader: inout DNSReader) throws(DNSFault) {
        name = try reader.name()
        type = try reader.number()
        self.class = try reader.number()
    }

    /// Whether both ask the same; the name in any case.
    func isSame(as other: DNSQuestion) -> Bool {
        type == other.type && self.class == other.class && name.isSame(as: other.name)
    }
}

/// One resource record. Its data is kept as it came: names within may be compressed and then mean something in their own
/// message only.
public struct DNSRecord: Sendable, Hashable {
    /// Whose record it is.
    public var name: DNSName
    /// 1 is A.
    public var type: UInt16
    /// 1 is the Internet.
    public var `class`: UInt16
    /// How long it may be kept, in seconds.
    public var timeToLive: UInt32
    /// At most 65535 bytes.
    public var data: [UInt8]

    /// A record of the Internet's class, unless said otherwise.
    public init(
        _ name: DNSName, type: UInt16, class: UInt16 = DNSType.internet, timeToLive: UInt32 = 0, data: [UInt8]
    ) {
        self.name = name
        self.type = type
        self.class = `class`
        self.timeToLive = timeToLive
        self.data = data
    }

    /// An A or AAAA record.
    public init(_ name: DNSName, _ address: IPAddress, timeToLive: UInt32) {
        self.init(
            name, type: address.family == .v4 ? DNSType.a : DNSType.aaaa, timeToLive: timeToLive, data: address.bytes)
    }

    /// A PTR record.
    public init(_ name: DNSName, pointsTo target: DNSName, timeToLive: UInt32) {
        self.init(name, type: DNSType.ptr, timeToLive: timeToLive, data: target.wire)
    }

    init(_ reader: inout DNSReader) throws(DNSFault) {
        name = try reader.name()
        type = try reader.number()
        self.class = try reader.number()
        timeToLive = try reader.longNumber()
        data = try reader.data(Int(try reader.number()))
    }
}

/// EDNS (RFC 6891): what an OPT record says in its odd way.
public struct DNSExtension: Sendable, Hashable {
    /// How many bytes its sender takes by UDP (the record's class).
    public var udpSize: UInt16
    /// The upper eight bits of the answer's code.
    public var upperCode: UInt8 = 0
    /// 0 is the only one there is.
    public var version: UInt8 = 0
    /// DO and what is yet unknown.
    public var flags: UInt16 = 0
    /// The options, each with its code and length.
    public var options: [UInt8] = []

    /// Without any flags or options.
    public init(udpSize: UInt16) { self.udpSize = udpSize }

    init(_ record: DNSRecord) throws(DNSFault) {
        guard record.name == .root else { throw .extensions }
        udpSize = record.class
        upperCode = UInt8(record.timeToLive >> 24)
        version = UInt8(record.timeToLive >> 16 & 0xff)
        flags = UInt16(record.timeToLive & 0xffff)
        options = record.data
        var reader = DNSReader(options)
        do {
            while !reader.isAtEnd {
                _ = try reader.number()
                _ = try reader.data(Int(try reader.number()))
            }
        } catch { throw .extensions }
    }

    /// DO: the asker understands DNSSEC.
    public var wantsSignatures: Bool { flags & 0x8000 != 0 }

    var record: DNSRecord {
        DNSRecord(
            .root, type: DNSType.opt, class: udpSize,
            timeToLive: UInt32(upperCode) << 24 | UInt32(version) << 16 | UInt32(flags), data: options)
    }
}
