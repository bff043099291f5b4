import Namespaces
import NetSetup

/// What `trace` is asked for, as it was typed.
public struct TraceRequest: Sendable, Hashable {
    /// Whence.
    public var from: String
    /// Whither: a name or an address.
    public var to: String
    /// The port there; none for a ping.
    public var port: UInt16?
    /// What kind of packet.
    public var kind: ProbeSocket.Kind
    /// How many.
    public var count: Int
    /// How long one may take; nil for what is usual.
    public var timeout: Double?
    /// Whether a packet of somebody else's is waited for.
    public var waits: Bool

    /// How long an answer is waited for where nothing else is said.
    public static let usualTimeout = 2.0

    /// Reads the words. Throws `UsageError`.
    public init(
        from: String, to: String, protocol: String? = nil, count: Int = 1, timeout: Double? = nil, waits: Bool = false
    ) throws(UsageError) {
        self.from = from
        (self.to, port) = try Self.target(to)
        let word = `protocol` ?? (port == nil ? "icmp" : "tcp")
        guard let kind = ProbeSocket.Kind(rawValue: word.lowercased()) else {
            throw UsageError(TraceWords.unknownProtocol(word))
        }
        guard (kind == .icmp) == (port == nil) else {
            throw UsageError(kind == .icmp ? TraceWords.portOfPing : TraceWords.noPort(kind.rawValue, self.to))
        }
        guard count > 0 else { throw UsageError(TraceWords.badCount) }
        if let timeout, !(timeout > 0) { throw UsageError(TraceWords.badTimeout) }
        self.kind = kind
        self.count = count
        self.timeout = timeout
        self.waits = waits
    }

    /// `NAME[:PORT]`, `ADDRESS[:PORT]`, `[ADDRESS6]:PORT`, or a port of the host's alone.
    static func target(_ text: String) throws(UsageError) -> (String, UInt16?) {
        if IPAddress(text) != nil { return (text, nil) }
        if !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }), text.utf8.count <= 5 {
            return ("host", try number(text))
        }
        guard let colon = text.lastIndex(of: ":") else {
            guard !text.isEmpty else { throw UsageError(TraceWords.noTarget) }
            return (text, nil)
        }
        var name = String(text[..<colon])
        let rest = String(text[text.index(after: colon)...])
        if name.hasPrefix("["), name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
        return (name.isEmpty ? "host" : name, try number(rest))
    }

    private static func number(_ text: String) throws(UsageError) -> UInt16 {
        guard let port = UInt16(text), port > 0, text.utf8.first != 43 else {
            throw UsageError(TraceWords.badPort(text))
        }
        return port
    }
}
