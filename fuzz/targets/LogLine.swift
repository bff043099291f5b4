@testable import MiniRun

/// A log line is read or passed over; what any bytes are written as comes back; and neither a line cut off in front of a
/// sound one nor NULs hide it. Events and moments are read by the same means.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeBufferPointer(start: start, count: count)
    if let line = LogLine(legibleIn: input) { check(line, within: count) }
    _ = Event(legibleIn: input)
    if let time = Timestamp(rfc3339: input) {
        var text = time.rfc3339
        precondition(text.withUTF8 { Timestamp(rfc3339: $0) } == time)
    }

    var line = ByteBuffer(capacity: 0)
    line.append(UnsafeBufferPointer(rebasing: input.prefix(count / 2)))
    line.append("{\"log\":\"")
    line.appendJSON(input)
    line.append("\",\"stream\":\"stdout\",\"time\":\"2026-11-25T02:03:04Z\"}")
    guard let whole = LogLine(legibleIn: line.bytes) else { fatalError("a sound line is not read") }
    var text = ByteBuffer(capacity: 0)
    JSONCursor.decode(whole.text, to: &text)
    var again = ByteBuffer(capacity: 0)
    again.appendJSON(text.bytes)
    // What came out has no invalid bytes left: written once more, it is what was read, up to how U+FFFD is spelt.
    var copy = ByteBuffer(capacity: 0)
    JSONCursor.decode(again.bytes, to: &copy)
    precondition(copy.bytes.elementsEqual(text.bytes))
    precondition(text.bytes.filter { $0 < 0x80 } == input.filter { $0 < 0x80 })
    return 0
}

private func check(_ line: borrowing LogLine, within count: Int) {
    var output = ByteBuffer(capacity: 0)
    JSONCursor.decode(line.text, to: &output)
    precondition(output.count <= count)
    line.appendDetails(to: &output)
}
