import MiniRun
import Namespaces

private let value: JSONValue = ["Id": "a", "List": ["x"], "State": ["Pid": 1, "Nothing": nil]]

/// A template parses or is refused with a message; neither that nor filling it in may crash.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    if let template = try? GoTemplate(parsing: text) { _ = try? template.render(value) }
    return 0
}
