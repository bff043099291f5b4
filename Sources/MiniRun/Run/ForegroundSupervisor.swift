import CShim
import Namespaces
import SystemPackage

/// Watches a container in the foreground: passes signals on, carries bytes between the terminal and the container's, and
/// waits for the end. One thread, one poll loop.
final class ForegroundSupervisor {
    private let process: SpawnedProcess
    private let signals: SignalQueue
    private let terminal: TerminalRelay?
    private var interrupts = 0

    /// Watches `process`; `terminal` carries its input and output when it has a terminal of its own.
    init(process: SpawnedProcess, signals: SignalQueue, terminal: TerminalRelay?) {
        self.process = process
        self.signals = signals
        self.terminal = terminal
    }

    /// Returns when the container's first process has ended, with how it ended. What is to be done besides is done once
    /// nothing has happened for a few milliseconds, so a short command does not wait for it.
    func watch(besides: () -> Void) throws -> ProcessExit {
        var isSettled = false
        while true {
            var polled = [
                pollfd(fd: process.pidfd, events: Int16(POLLIN), revents: 0),
                pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            polled += terminal?.interest ?? []
            let ready = poll(&polled, nfds_t(polled.count), isSettled ? -1 : 5)
            if ready < 0 {
                let error = Errno.current
                if error == .interrupted { continue }
                throw KernelError("wait for the container", error)
            }
            if ready == 0 {
                besides()
                isSettled = true
                continue
            }
            terminal?.carry(polled.dropFirst(2))
            if polled[1].revents != 0 { try signals.take().forEach(pass) }
            if polled[0].revents != 0 {
                terminal?.drain()
                return try process.wait()
            }
        }
    }

    /// The third request to stop that the container ignores ends it, as Docker's client does.
    private func pass(_ signal: CInt) throws {
        if signal == SIGWINCH, let terminal {
            terminal.resize()
            return
        }
        if signal == SIGTERM || signal == SIGINT {
            interrupts += 1
            if interrupts == 3 {
                StandardError.write("got 3 SIGTERM/SIGINTs, forcefully exiting\n")
                try process.signal(SIGKILL)
                return
            }
        }
        try process.signal(signal)
    }
}
