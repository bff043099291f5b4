/// A name server on a fake host or beside it, which gives one answer to every question about an IPv4 address and writes down
/// who was asked for: the witness that a question came through, or that none did.
final class FakeNameServer {
    private let process: ChildProcess

    /// Starts one at an address in somebody's network namespace. Without an answer no name exists.
    init(
        _ host: FakeHost, as asker: Asker = .neighbour, at address: String, port: Int = 53, answering answer: String?
    ) throws {
        process = try host.start(as: asker, ["python3", "-c", Self.program, address, "\(port)", answer ?? ""])
        let process = self.process
        guard eventually({ process.output.hasPrefix("ready\n") || !process.isRunning }), process.isRunning
        else { throw HarnessError("no name server at \(address): \(process.errors)") }
    }

    /// The names that were asked for by now, in their order.
    var questions: [String] { process.output.split(separator: "\n").dropFirst().map(String.init) }

    /// How often a name was asked for.
    func count(of name: String) -> Int { questions.filter { $0 == name }.count }

    private static let program = """
        import socket, sys
        address, port, answer = sys.argv[1:]
        server = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
        server.bind((address, int(port)))
        print("ready", flush=True)
        while True:
            query, peer = server.recvfrom(4096)
            labels, at = [], 12
            while query[at]:
                labels.append(query[at + 1 : at + 1 + query[at]].decode(errors="replace"))
                at += query[at] + 1
            print(".".join(labels), flush=True)
            given = answer and query[at + 1 : at + 3] == b"\\0\\1"
            code = b"\\x81\\x80" if answer else b"\\x81\\x83"
            record = b"\\xc0\\x0c\\0\\1\\0\\1\\0\\0\\0\\0\\0\\4" + socket.inet_aton(answer) if given else b""
            counts = b"\\0\\1\\0\\1\\0\\0\\0\\0" if given else b"\\0\\1\\0\\0\\0\\0\\0\\0"
            server.sendto(query[:2] + code + counts + query[12 : at + 5] + record, peer)
        """
}

/// What a name server said.
struct Lookup: Equatable, CustomStringConvertible {
    /// `NOERROR`, `NXDOMAIN`, `SERVFAIL`; empty when it said nothing in time.
    var status: String
    /// The records' data, in their order.
    var records: [String]

    /// A name that is there.
    static func found(_ records: String...) -> Lookup { Lookup(status: "NOERROR", records: records) }
    /// One that is nowhere.
    static let nowhere = Lookup(status: "NXDOMAIN", records: [])
    /// One that nobody can be asked for.
    static let failure = Lookup(status: "SERVFAIL", records: [])

    var description: String { "\(status) \(records)" }
}

extension FakeHost {
    /// Asks a container's own name server, from inside its network, with words for dig(1); four seconds' patience.
    func lookup(in container: String, _ words: String, at server: String = "127.0.0.11") throws -> Lookup {
        // In the C locale a name goes out byte for byte, and not as its punycode.
        let script = "LC_ALL=C dig +time=4 +tries=1 +noall +comments +answer @\(server) \(words)"
        let outcome = try run(as: .container(container), script)
        var lookup = Lookup(status: "", records: [])
        for line in outcome.output.split(separator: "\n") {
            if let status = line.firstMatch(of: #/status: ([A-Z]+)/#) { lookup.status = String(status.1) }
            if !line.hasPrefix(";"), let data = line.split(whereSeparator: \.isWhitespace).last {
                lookup.records.append(String(data))
            }
        }
        return lookup
    }

    /// Gives the host another /etc/resolv.conf.
    func setResolver(_ text: String) throws {
        let script =
            "printf '%s' \"$1\" > /run/resolv.conf && mount --bind /run/resolv.conf /etc/resolv.conf"
        let outcome = try run(script, [text])
        guard outcome.status == 0 else { throw HarnessError("set the host's resolv.conf: \(outcome)") }
    }
}
