import CShim
import Namespaces

/// A query that nobody here can answer, on its way to the upstream servers.
///
/// They are asked in their order; one that says nothing for a while gets the next one beside it, and whoever answers first is
/// heard. A server that refuses is passed over at once. After less than two seconds the asker hears SERVFAIL.
final class UpstreamQuestion {
    /// For whom, and in what form, the answer is.
    let query: DNSMessage
    let asker: NameAsker
    private let bytes: [UInt8]
    private let question: DNSQuestion
    private let servers: [NameServer]
    private var attempts: [UpstreamAttempt] = []
    private var tries = 0
    private var refused: Set<Int> = []
    private var complaint: [UInt8]?
    private var next: Moment
    private let end: Moment

    /// In seconds, less than the two after which an asker is to know.
    static let patience = 1.9
    private var interval: Double { min(0.6, Self.patience / Double(tryLimit)) }
    /// Each server once; a single one twice, for a packet may be lost.
    private var tryLimit: Int { max(2, servers.count) }

    init(_ bytes: [UInt8], _ query: DNSMessage, _ question: DNSQuestion, for asker: NameAsker, to servers: [NameServer])
    {
        self.bytes = bytes
        self.query = query
        self.question = question
        self.asker = asker
        self.servers = servers
        next = .now
        end = .after(seconds: Self.patience)
    }

    var interest: [pollfd] { attempts.map(\.interest) }
    var deadline: Moment { tries < tryLimit ? min(next, end) : end }

    /// Goes on after poll(2); the answer's bytes once there is one.
    func serve(_ polled: ArraySlice<pollfd>) -> [UInt8]? {
        var failed: [UpstreamAttempt] = []
        for (attempt, answer) in zip(attempts, polled) {
            switch attempt.serve(answer.revents) {
            case .nothing: continue
            case .answer(let bytes):
                guard let header = DNSHeader(bytes) else { continue }
                if header.code.isFailure {
                    complaint = bytes
                    refused.insert(attempt.server)
                } else if header.isTruncated && asker.isStream && !attempt.isStream {
                    if askByStream(attempt.server) { refused.insert(attempt.server) }
                } else {
                    return bytes
                }
            case .failed: next = .now
            }
            failed.append(attempt)
            if refused.contains(attempt.server) { next = .now }
        }
        attempts.removeAll { attempt in failed.contains { $0 === attempt } }
        return proceed()
    }

    /// By TCP what was too long for UDP; the server then has said what it had to say by UDP.
    private func askByStream(_ server: Int) -> Bool {
        guard let attempt = UpstreamAttempt(bytes, question, to: servers[server], number: server, isStream: true) else {
            return false
        }
        attempts.append(attempt)
        return true
    }

    /// Asks the next server when it is time for that; SERVFAIL, or what a server complained, when nothing is left to wait for.
    private func proceed() -> [UInt8]? {
        while tries < tryLimit && (next.hasCome || attempts.isEmpty) && !end.hasCome {
            let server = tries % servers.count
            tries += 1
            if refused.contains(server) { continue }
            guard let attempt = UpstreamAttempt(bytes, question, to: servers[server], number: server, isStream: false)
            else { continue }
            attempts.append(attempt)
            next = .after(seconds: interval)
        }
        guard end.hasCome || attempts.isEmpty else { return nil }
        return complaint ?? query.answer(.failure).encoded()
    }
}
