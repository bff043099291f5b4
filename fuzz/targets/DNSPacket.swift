@testable import NetSetup

/// Any bytes are a query, something to refuse, or nothing. A message that was read is written as one that reads as the same;
/// no answer is longer than it may be; and no name leads out of the directory of names.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let message = try? DNSMessage(bytes) {
        let written = message.encoded()
        guard let again = try? DNSMessage(written) else { fatalError("what was written cannot be read") }
        precondition(again.encoded() == written, "a message does not survive a rewrite")
        precondition(again.header.isTruncated || again.answers == message.answers)
        check(message.question?.name)
        for record in message.answers { check(record.name) }
    }
    if let name = String(validating: bytes, as: UTF8.self) {
        check(DNSName(name))
        for key in (try? RegisteredName.keys(of: name)) ?? [] {
            precondition(DNSName(key)?.key == key, "a registered name cannot be asked for")
        }
    }
    switch DNSQuery(bytes) {
    case .nothing: break
    case .refused(let answer): check(answer, to: bytes, limit: 512)
    case .query(let query):
        guard let question = query.question else { fatalError("a query without a question") }
        let records = (0..<100).map { DNSRecord(question.name, IPAddress(v4: $0), timeToLive: 0) }
        for limit in [512, query.udpLimit] {
            check(query.answer(.success, records, isAuthoritative: true), to: bytes, limit: limit)
        }
    }
    return 0
}

/// An answer fits, reads as an answer with the query's id, and repeats its question.
private func check(_ answer: DNSMessage, to query: [UInt8], limit: Int) {
    let bytes = answer.encoded(limit: limit)
    precondition(bytes.count <= limit, "an answer is too long")
    precondition(bytes[0..<2] == query[0..<2])
    guard let read = try? DNSMessage(bytes), read.header.isResponse else { fatalError("an answer is none") }
    precondition(read.question == answer.question)
    precondition(DNSQuery(bytes) == .nothing, "an answer would be answered")
}

private func check(_ name: DNSName?) {
    guard let name else { return }
    precondition(name.wire.count <= 255 && name.wire.last == 0)
    precondition(name.labels.allSatisfy { (1...63).contains($0.count) })
    precondition(name.isSame(as: name) && !name.description.isEmpty)
    if let key = name.key {
        precondition(!key.utf8.contains(47) && !key.utf8.contains(0) && key.utf8.first != 46 && key != "..")
    }
    if let address = name.reversedAddress {
        precondition(DNSName(reverseOf: address)?.isSame(as: name) == true, "an address has two names")
    }
}
