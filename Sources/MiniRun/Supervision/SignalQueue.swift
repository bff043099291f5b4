import CShim
import Namespaces
import SystemPackage

/// The signals that are the container's business, held back from this process and read one by one (signalfd(2)).
///
/// It has to exist before the container does, so that no signal is lost in between; the child gets an empty mask back.
final class SignalQueue {
    /// What Docker's client passes on: everything but the signals about this process itself, its children and its job.
    private static let passed: [CInt] = [
        SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGTERM, SIGCONT, SIGWINCH, SIGIO, SIGPWR, SIGVTALRM,
        SIGPROF, SIGXCPU, SIGXFSZ,
    ]

    /// To be polled for input.
    let descriptor: CInt
    private var previous = sigset_t()

    /// Starts holding signals back.
    init() throws(KernelError) {
        var mask = sigset_t()
        sigemptyset(&mask)
        for signal in Self.passed { sigaddset(&mask, signal) }
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
