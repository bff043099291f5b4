import CShim
import Namespaces
import Synchronization
import Testing

@Suite("Work by several threads")
struct SideBySideTests {
    @Test("keeps the order of its items", arguments: [1, 3, 100])
    func order(threads: Int) {
        let squares = SideBySide.map(Array(0..<50), threads: threads) { $0 * $0 }
        #expect(squares == (0..<50).map { $0 * $0 })
        #expect(SideBySide.map([Int](), threads: threads) { $0 }.isEmpty)
    }

    @Test("waits for all at the same time")
    func together() {
        // Each goes on when all are there: one after the other, the first would wait in vain.
        let present = Mutex(0)
        let met = SideBySide.map(Array(0..<8), threads: 8) { _ in
            present.withLock { $0 += 1 }
            let end = Moment.after(seconds: 20)
            while present.withLock({ $0 }) < 8 && !end.hasCome { usleep(1000) }
            return present.withLock { $0 } == 8
        }
        #expect(met.allSatisfy { $0 })
    }
}
