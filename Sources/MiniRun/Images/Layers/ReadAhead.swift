import CShim
import Namespaces
import Synchronization
import SystemPackage

/// Uncompresses and hashes a layer on a thread of its own, a little ahead of who writes its files: `tar -xz` has a process
/// for that, and we are not to be slower.
///
/// The stream belongs to the thread until that has ended. Slots of a ring go to and fro: whoever has waited for one has it
/// alone until handing it on, and the semaphores order what the two see of each other's memory.
final class ReadAhead: ArchiveSource, @unchecked Sendable {
    private let stream: LayerStream
    private let slots: [UnsafeMutableRawBufferPointer]
    /// The bytes in each slot. No array: that would be copied, or not, by what both threads do with it.
    private let counts: UnsafeMutablePointer<Int>
    private let semaphores: UnsafeMutablePointer<sem_t>
    private var free: UnsafeMutablePointer<sem_t> { semaphores }
    private var filled: UnsafeMutablePointer<sem_t> { semaphores + 1 }
    private let isStopped = Atomic(false)
    private var thread = pthread_t()
    private var isRunning = false
    /// What the stream threw; it belongs to whoever has the last slot.
    private var error: (any Error)?
    /// The reader's: which slot is next, whether it holds the one before, whether it has seen the end.
    private var next = 0
    private var holdsSlot = false
    private var isAtEnd = false

    /// Begins to read. Throws ``LayerError`` when there can be no thread. ``stop()`` has to be called once.
    init(_ stream: LayerStream) throws(LayerError) {
        self.stream = stream
        slots = (0..<8).map { _ in .allocate(byteCount: 256 << 10, alignment: 64) }
        counts = .allocate(capacity: slots.count)
        counts.initialize(repeating: 0, count: slots.count)
        semaphores = .allocate(capacity: 2)
        sem_init(semaphores, 0, CUnsignedInt(slots.count))
        sem_init(semaphores + 1, 0, 0)
        let context = Unmanaged.passUnretained(self).toOpaque()
        let failure = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<ReadAhead>.fromOpaque(context).takeUnretainedValue().fill() }
                return nil
            }, context)
        guard failure == 0 else { throw LayerError(kernel: Errno(rawValue: failure), "start a thread") }
        isRunning = true
    }

    deinit {
        stop()
        for slot in slots { slot.deallocate() }
        counts.deallocate()
        semaphores.deallocate()
    }

    /// Ends the thread; afterwards the stream is the caller's again. One that waits for bytes ends with the next of them.
    func stop() {
        guard isRunning else { return }
        isRunning = false
        isStopped.store(true, ordering: .releasing)
        sem_post(free)
        pthread_join(thread, nil)
    }

    /// The next bytes, empty at the end. Throws what the stream threw.
    func nextBlock() throws -> UnsafeRawBufferPointer {
        if holdsSlot { sem_post(free) }
        holdsSlot = false
        if !isAtEnd {
            Self.wait(for: filled)
            let slot = next
            next = (next + 1) % slots.count
            if counts[slot] > 0 {
                holdsSlot = true
                return UnsafeRawBufferPointer(rebasing: slots[slot][..<counts[slot]])
            }
            isAtEnd = true
        }
        if let error { throw error }
        return UnsafeRawBufferPointer(start: nil, count: 0)
    }

    /// The thread: fills slot after slot, the last one with nothing.
    private func fill() {
        var rest = UnsafeRawBufferPointer(start: nil, count: 0)
        var slot = 0
        var isAtEnd = false
        while true {
            Self.wait(for: free)
            if isStopped.load(ordering: .acquiring) { return }
            var count = 0
            while count < slots[slot].count, !isAtEnd {
                if rest.isEmpty {
                    do { rest = try stream.nextBlock() } catch { self.error = error }
                    isAtEnd = rest.isEmpty || error != nil
                    if isAtEnd { break }
                }
                let taken = min(rest.count, slots[slot].count - count)
                UnsafeMutableRawBufferPointer(rebasing: slots[slot][count...])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<taken]))
                rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
                count += taken
            }
            counts[slot] = count
            slot = (slot + 1) % slots.count
            sem_post(filled)
            if count == 0 { return }
        }
    }

    private static func wait(for semaphore: UnsafeMutablePointer<sem_t>) {
        while sem_wait(semaphore) != 0 {}
    }
}
