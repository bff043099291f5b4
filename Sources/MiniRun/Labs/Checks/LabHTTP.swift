import Namespaces
import NetSetup

/// `GET /` over a connection that stands.
enum LabHTTP {
    /// What came back, headers and all; empty when nothing did.
    static func get(_ socket: ProbeSocket, _ host: IPAddress, milliseconds: Int) -> String {
        let request = "GET / HTTP/1.0\r\nHost: \(host.bracketed)\r\nConnection: close\r\n\r\n"
        return String(decoding: socket.exchange(Array(request.utf8), milliseconds: milliseconds), as: UTF8.self)
    }

    /// The first line behind the headers, or of the whole.
    static func firstLine(_ answer: String) -> String {
        let lines = answer.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        let body = lines.firstIndex(of: "").map { lines[($0 + 1)...] } ?? lines[...]
        return body.first { !$0.isEmpty }?.trimmed ?? lines.first ?? ""
    }
}
