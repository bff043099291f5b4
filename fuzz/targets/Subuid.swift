import Namespaces

/// Ranges never wrap, and the block that is invented is touched by no line.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    let entries = SubordinateIDs.entries(parsing: text)
    let ids = SubordinateIDs(uids: entries, gids: entries)
    guard let map = ids.map(owners: [], mayInvent: true), let block = map.uids.first else { return 0 }
    let taken = UInt64(block.outside)..<UInt64(block.outside) + UInt64(block.count)
    for entry in entries {
        precondition(!taken.overlaps(UInt64(entry.start)..<UInt64(entry.start) + UInt64(entry.count)), text)
    }
    return 0
}
