import MiniRun

private let zone = LocalZone(offset: 5400, name: "+0130")

/// A moment or a length of time is understood or refused with a sentence; either can be printed.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    if let moment = try? Timestamp(parsing: text, now: Timestamp(nanoseconds: 0), zone: zone) {
        _ = moment.fixedRFC3339(in: zone)
        guard let again = try? Timestamp(parsing: moment.rfc3339), again == moment else { fatalError(moment.rfc3339) }
    }
    if let duration = try? GoDuration(parsing: text) {
        guard let again = try? GoDuration(parsing: "\(duration)"), again == duration else { fatalError("\(duration)") }
    }
    return 0
}
