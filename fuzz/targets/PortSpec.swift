import NetSetup

/// Whatever `-p` takes prints as text that it takes again, for the same mappings; `--expose` must not crash either.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    if let mappings = try? PortSpecification.parse(text) {
        precondition(!mappings.isEmpty)
        let again = try? PortSpecification.parse(mappings.map(\.description))
        precondition(again == mappings, "\(text) does not survive its own description")
    }
    _ = try? ExposedPort.parse(text)
    _ = try? Dockerfile.exposedPorts(text)
    return 0
}
