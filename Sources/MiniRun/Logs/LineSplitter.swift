import CShim

/// Cuts a stream into the pieces that become lines of a log: at each newline, and where 16 KiB have come without one.
///
/// A piece is the same however the stream arrives, and never ends within a character of UTF-8. What is held back of a
/// line that has not ended is all that is copied.
final class LineSplitter {
    /// The most that is held back, as Docker's.
    static let longest = 16384

    private var held = ByteBuffer(capacity: 0)

    /// Takes more of the stream and gives out the pieces that are complete, with their newlines.
    func split(_ bytes: UnsafeBufferPointer<UInt8>, emit: (UnsafeBufferPointer<UInt8>) -> Void) {
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            let room = Self.longest - held.count
            let newline = memchr(start, 10, min(room, rest.count))
            guard newline != nil || rest.count >= room else { return held.append(rest) }
            let taken = newline.map { UnsafeRawPointer(start).distance(to: $0) + 1 } ?? room
            let piece = UnsafeBufferPointer(rebasing: rest[..<taken])
            if held.isEmpty {
                let length = newline == nil ? taken - UTF8Sequence.unfinished(at: taken, in: piece) : taken
                emit(UnsafeBufferPointer(rebasing: piece[..<length]))
                rest = UnsafeBufferPointer(rebasing: rest[length...])
            } else {
                held.append(piece)
                rest = UnsafeBufferPointer(rebasing: rest[taken...])
                let whole = held.bytes
                let length = whole.count - (newline == nil ? UTF8Sequence.unfinished(at: whole.count, in: whole) : 0)
                emit(UnsafeBufferPointer(rebasing: whole[..<length]))
                held.removeFirst(length)
            }
        }
    }

    /// Gives out what is left when the stream has ended.
    func finish(emit: (UnsafeBufferPointer<UInt8>) -> Void) {
        guard !held.isEmpty else { return }
        emit(held.bytes)
        held.truncate(to: 0)
    }
}
