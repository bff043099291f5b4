import CShim
import Namespaces
import SystemPackage

/// Signals that are held back from this process and read one by one (signalfd(2)): those that are the container's business,
/// if no others are named.
///
/// It has to exist before the child does, so that no signal is lost in between; the child gets an empty mask back.
final class SignalQueue {
    /// What Docker's client passes on: everything but the signals about this process itself, its children and its job.
    static let passed: [CInt] = [
        SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGTERM, SIGCONT, SIGWINCH, SIGIO, SIGPWR, SIGVTALRM,
        SIGPROF, SIGXCPU, SIGXFSZ,
    ]

    /// To be polled for input.
    let descriptor: CInt
    private var previous = sigset_t()

    /// Starts holding signals back.
    init(_ held: [CInt] = SignalQueue.passed) throws(KernelError) {
        var mask = sigset_t()
        sigemptyset(&mask)
        for signal in held { sigaddset(&mask, signal) }
        sigprocmask(SIG_BLOCK, &mask, &previous)
        descriptor = signalfd(-1, &mask, CInt(SFD_CLOEXEC | SFD_NONBLOCK))
        if descriptor < 0 {
            let error = Errno.current
            sigprocmask(SIG_SETMASK, &previous, nil)
            throw KernelError("open a signal descriptor", error)
        }
    }

    deinit {
        close(descriptor)
        sigprocmask(SIG_SETMASK, &previous, nil)
    }

    /// The signals that have come since.
    func take() -> [CInt] {
        var signals: [CInt] = []
        var info = signalfd_siginfo()
        while read(descriptor, &info, MemoryLayout<signalfd_siginfo>.size) == MemoryLayout<signalfd_siginfo>.size {
            signals.append(CInt(info.ssi_signo))
        }
        return signals
    }
}
