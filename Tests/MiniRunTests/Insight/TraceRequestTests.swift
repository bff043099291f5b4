import MiniRun
import Namespaces
import Testing

@Suite("Words of trace")
struct TraceRequestTests {
    @Test(
        "a target is a name, an address, or a port of the host's",
        arguments: [
            ("web:80", "web", 80), ("web", "web", nil), ("10.0.0.1:80", "10.0.0.1", 80), ("10.0.0.1", "10.0.0.1", nil),
            ("fd00::1", "fd00::1", nil), ("[fd00::1]:443", "fd00::1", 443), ("8080", "host", 8080),
            (":8080", "host", 8080), ("host:8080", "host", 8080),
        ] as [(String, String, UInt16?)])
    func target(text: String, name: String, port: UInt16?) throws {
        let request = try TraceRequest(from: "host", to: text)
        #expect(request.to == name && request.port == port)
        #expect(request.kind == (port == nil ? .icmp : .tcp))
    }

    @Test(
        "what cannot be meant is refused",
        arguments: [
            ("web:0", nil, "invalid port: 0"), ("web:http", nil, "invalid port: http"),
            ("web:65536", nil, "invalid port"),
            ("70000", nil, "invalid port: 70000"), ("", nil, "whither"),
            ("web", "tcp", "tcp needs a port, as in web:80"),
            ("web:80", "icmp", "a ping has no port"), ("web:80", "sctp", "unknown protocol \"sctp\""),
        ] as [(String, String?, String)])
    func refusal(text: String, kind: String?, sentence: String) {
        #expect {
            try TraceRequest(from: "host", to: text, protocol: kind)
        } throws: { "\($0)".contains(sentence) }
    }
}
