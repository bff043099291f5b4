import CShim

/// Bytes in memory of our own, which keeps its place: a log's way from pipe to file allocates nothing. Memory that is
/// never written to costs none.
struct ByteBuffer: ~Copyable {
    private var base: UnsafeMutableRawPointer
    private(set) var capacity: Int
    private(set) var count = 0

    /// An empty buffer with room for `capacity` bytes, which grows when it has to.
    init(capacity: Int) {
        self.capacity = max(1, capacity)
        base = UnsafeMutableRawPointer.allocate(byteCount: self.capacity, alignment: 16)
    }

    deinit { base.deallocate() }

    var isEmpty: Bool { count == 0 }

    /// The bytes, valid until the buffer is next changed.
    var bytes: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: base.assumingMemoryBound(to: UInt8.self), count: count)
    }

    /// Makes room for that many more bytes.
    mutating func reserve(_ more: Int) {
        guard count + more > capacity else { return }
        capacity = max(count + more, capacity * 2)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        larger.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = larger
    }

    mutating func append(_ byte: UInt8) {
        reserve(1)
        base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    mutating func append(_ more: UnsafeBufferPointer<UInt8>) {
        guard let start = more.baseAddress, !more.isEmpty else { return }
        reserve(more.count)
        (base + count).copyMemory(from: start, byteCount: more.count)
        count += more.count
    }

    mutating func append(_ text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends what a system call or the like puts there; `body` gets the room and says how much of it it has used.
    mutating func append(upTo room: Int, by body: (UnsafeMutableRawBufferPointer) -> Int) -> Int {
        reserve(room)
        let added = body(UnsafeMutableRawBufferPointer(start: base + count, count: room))
        count += max(0, added)
        return added
    }

    /// Forgets the first bytes; the rest moves to the front.
    mutating func removeFirst(_ length: Int) {
        guard length > 0 else { return }
        count -= length
        memmove(base, base + length, count)
    }

    /// Forgets everything behind the first `length` bytes.
    mutating func truncate(to length: Int) { count = min(count, length) }
}

extension UnsafeBufferPointer<UInt8> {
    /// Where these bytes are to be found for the last time.
    func lastPlace(of literal: StaticString) -> Int? {
        guard let base = baseAddress else { return nil }
        var found: Int?
        var start = 0
        while let match = memmem(base + start, count - start, literal.utf8Start, literal.utf8CodeUnitCount) {
            found = UnsafeRawPointer(base).distance(to: match)
            start = UnsafeRawPointer(base).distance(to: match) + 1
        }
        return found
    }
}
