import CShim

/// Waiting for what the kernel does on its own time and does not announce.
enum Patience {
    /// Asks until the answer is yes, at first every tenth of a millisecond and then more seldom; false after two seconds
    /// of no.
    static func wait(until condition: () throws(KernelError) -> Bool) throws(KernelError) -> Bool {
        var pause = 100_000
        var rest = 2_000_000_000
        while true {
            if try condition() { return true }
            if rest <= 0 { return false }
            var time = timespec(tv_sec: 0, tv_nsec: pause)
            nanosleep(&time, nil)
            rest -= pause
            pause = min(2 * pause, 20_000_000)
        }
    }
}
