import CShim
import Synchronization

/// Things that wait more than they work, done by several threads at once.
package enum SideBySide {
    /// What `act` makes of each item, in the order of the items. Whoever is done takes the next one; without threads to be
    /// had, the caller does everything.
    package static func map<Item: Sendable, Value: Sendable>(
        _ items: [Item], threads: Int, _ act: @escaping @Sendable (Item) -> Value
    ) -> [Value] {
        let queue = Queue(count: items.count)
        let values = Slots<Value>(count: items.count)
        let work = Work {
            while let index = queue.next() { values.put(act(items[index]), at: index) }
        }
        let helpers = (0..<max(0, min(threads, items.count) - 1)).compactMap { _ in start(work) }
        work.act()
        for helper in helpers { pthread_join(helper, nil) }
        return values.taken
    }

    private static func start(_ work: Work) -> pthread_t? {
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(work)
        let failure = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().act() }
                return nil
            }, argument.toOpaque())
        guard failure == 0 else {
            argument.release()
            return nil
        }
        return thread
    }
}

/// A closure that a C function can be handed.
private final class Work: Sendable {
    let act: @Sendable () -> Void
    init(_ act: @escaping @Sendable () -> Void) { self.act = act }
}

/// Gives out each number once.
private final class Queue: Sendable {
    private let taken = Atomic(0)
    private let count: Int

    init(count: Int) { self.count = count }

    func next() -> Int? {
        let number = taken.wrappingAdd(1, ordering: .relaxed).oldValue
        return number < count ? number : nil
    }
}

/// A place for each value; every one is written by one thread, and read when all of them have ended.
private final class Slots<Value: Sendable>: @unchecked Sendable {
    private let places: UnsafeMutableBufferPointer<Value?>

    init(count: Int) {
        places = .allocate(capacity: count)
        places.initialize(repeating: nil)
    }

    deinit {
        places.deinitialize()
        places.deallocate()
    }

    func put(_ value: Value, at index: Int) { places[index] = value }

    var taken: [Value] { places.compactMap(\.self) }
}
