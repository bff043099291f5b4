import CShim
import Namespaces
import SystemPackage

/// Clears something away when the user or the system ends this process (Ctrl-C, SIGTERM, SIGHUP), and lets it end so.
///
/// A thread of its own waits for the signals, which are held back meanwhile: whatever is done at that moment goes on, so
/// what is cleared away must bear that. Several threads see an instance, one after the other: whoever makes it until the
/// thread begins, the thread until it has ended.
final class InterruptWatch: @unchecked Sendable {
    private static let signals: [CInt] = [SIGINT, SIGTERM, SIGHUP]

    private let queue: OwnedDescriptor
    private let wake: OwnedDescriptor
    private var previous = sigset_t()
    private var clear: () -> Void = {}
    private var thread: pthread_t?

    /// Holds the signals back, but for those that are ignored; ``stop()`` has to be called once. Nil where somebody does so
    /// already and has an end of their own for them, as a container's supervisor does.
    init?() {
        var wanted = sigset_t()
        sigemptyset(&wanted)
        for signal in Self.signals where !minirun_is_ignored(signal) { sigaddset(&wanted, signal) }
        pthread_sigmask(SIG_BLOCK, &wanted, &previous)
        queue = OwnedDescriptor(owning: signalfd(-1, &wanted, CInt(SFD_CLOEXEC)))
        wake = OwnedDescriptor(owning: eventfd(0, CInt(EFD_CLOEXEC)))
        guard sigismember(&previous, SIGTERM) == 0, queue.rawValue >= 0, wake.rawValue >= 0 else {
            pthread_sigmask(SIG_SETMASK, &previous, nil)
            return nil
        }
    }

    /// Begins to watch. Without a thread the signals wait until ``stop()``.
    func begin(_ clear: @escaping () -> Void) {
        self.clear = clear
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<InterruptWatch>.fromOpaque(context).takeUnretainedValue().wait() }
                return nil
            }, Unmanaged.passUnretained(self).toOpaque())
        if failure == 0 { self.thread = thread }
    }

    /// Ends the watch: signals do again what they did before, also those that wait.
    func stop() {
        if let thread {
            var one: UInt64 = 1
            _ = write(wake.rawValue, &one, 8)
            pthread_join(thread, nil)
        }
        pthread_sigmask(SIG_SETMASK, &previous, nil)
    }

    /// The thread.
    private func wait() {
        var ready = [queue.rawValue, wake.rawValue].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while poll(&ready, 2, -1) < 0 {}
        guard ready[0].revents != 0 else { return }
        var information = signalfd_siginfo()
        guard read(queue.rawValue, &information, MemoryLayout<signalfd_siginfo>.size) > 0 else { return }
        let signal = CInt(information.ssi_signo)
        // It may write where we clear away.
        Command.stopCurrent()
        clear()
        minirun_default_signal(signal)
        var only = sigset_t()
        sigemptyset(&only)
        sigaddset(&only, signal)
        pthread_sigmask(SIG_UNBLOCK, &only, nil)
        kill(getpid(), signal)
    }
}
