import Namespaces

/// A text is JSON or is refused with a place in it; what was read is printed as something that reads as the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    do {
        let text = try JSONValue(parsing: bytes).compact
        guard try JSONValue(parsing: text).compact == text else { fatalError("not the same: \(text)") }
    } catch {
        guard let offset = error.offset, (0...count).contains(offset) else { fatalError("\(error)") }
    }
    return 0
}
