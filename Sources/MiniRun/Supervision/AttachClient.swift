import CShim
import Namespaces
import SystemPackage

/// The user's side of a container that a supervisor watches over: shows its output, sends what is typed, and lets go of it
/// when the detach keys are typed.
public final class AttachClient {
    /// How to be attached.
    struct Manner {
        /// Whether what is typed goes to the container.
        var readsInput: Bool
        /// Whether the container has a terminal: ours is then made raw, so that every key is the container's.
        var isTerminal: Bool
        /// The keys that let go.
        var detachKeys = DetachKeys.standard
        /// Whether our signals are passed on.
        var passesSignals = true
    }

    /// How it came to an end.
    enum Outcome: Equatable {
        /// The command's exit code.
        case ended(Int32)
        /// The user let go; the container runs on.
        case detached
        /// The supervisor is gone.
        case lost
    }

    private let connection: ControlConnection
    private let manner: Manner
    private let signals: SignalQueue
    private var keys: DetachKeys.Matcher
    private var packet: [UInt8]?
    private var hasInput: Bool
    private var interrupts = 0
    private var outcome: Outcome?
    /// Whether a signal, and not the keys, made it let go.
    private(set) var wasInterrupted = false

    /// Uses a connection to which the supervisor shows the output already.
    init(_ connection: ControlConnection, _ manner: Manner, signals: SignalQueue) {
        self.connection = connection
        self.manner = manner
        self.signals = signals
        keys = manner.detachKeys.matcher()
        hasInput = manner.readsInput
    }

    /// The size of the user's terminal; 0 by 0 without one.
    static var size: (rows: UInt16, columns: UInt16) {
        guard let size = try? (Terminal(1) ?? Terminal(0))?.size() else { return (0, 0) }
        return (size.rows, size.columns)
    }

    /// Carries on until it ends.
    func run() throws -> Outcome {
        let keyboard = manner.isTerminal && manner.readsInput ? Terminal(0) : nil
        let settings = try keyboard?.enterRawMode()
        defer { if let settings { try? keyboard?.restore(settings) } }
        while outcome == nil {
            var polled = [
                pollfd(
                    fd: connection.descriptor, events: Int16(POLLIN | (packet == nil ? 0 : POLLOUT)), revents: 0),
                pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: hasInput && packet == nil ? 0 : -1, events: Int16(POLLIN), revents: 0),
            ]
            if poll(&polled, nfds_t(polled.count), -1) < 0 {
                let error = Errno.current
                if error == .interrupted { continue }
                throw KernelError("wait for the container", error)
            }
            if polled[0].revents & Int16(POLLOUT) != 0 { flush() }
            if polled[0].revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 { hear() }
            if polled[1].revents != 0 { signals.take().forEach(pass) }
            if polled[2].revents != 0, outcome == nil { readKeyboard() }
        }
        return outcome ?? .lost
    }

    private func hear() {
        while outcome == nil {
            let (message, isGone) = connection.receive(waits: false)
            if isGone { outcome = .lost }
            switch message {
            case .output(let bytes): Self.show(bytes, on: 1)
            case .errors(let bytes): Self.show(bytes, on: 2)
            case .exit(let code): outcome = .ended(code)
            case .none: return
            default: continue
            }
        }
    }

    /// Writes it all; whoever reads has gone is nobody's problem but the reader's.
    private static func show(_ bytes: [UInt8], on descriptor: CInt) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                let error = Errno.current
                if error == .interrupted { continue }
                guard error == .wouldBlock else { return }
                var writable = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&writable, 1, -1)
                continue
            }
            rest = rest.dropFirst(count)
        }
    }

    private func readKeyboard() {
        var chunk = [UInt8](repeating: 0, count: ControlMessage.chunk)
        let count = read(0, &chunk, chunk.count)
        if count < 0, [.interrupted, .wouldBlock].contains(Errno.current) { return }
        guard count > 0 else {
            hasInput = false
            return queue(.endOfInput)
        }
        guard manner.isTerminal else { return queue(.input(Array(chunk[..<count]))) }
        let (passed, isDetached) = keys.take(chunk[..<count])
        if !passed.isEmpty { queue(.input(passed)) }
        if isDetached { outcome = .detached }
    }

    private func queue(_ message: ControlMessage) {
        packet = message.bytes
        flush()
    }

    private func flush() {
        guard let packet else { return }
        switch connection.trySend(packet) {
        case .done: self.packet = nil
        case .wouldBlock: break
        case .gone: outcome = outcome ?? .lost
        }
    }

    private func pass(_ signal: CInt) {
        if manner.isTerminal {
            let size = Self.size
            if signal == SIGWINCH { connection.send(.resize(rows: size.rows, columns: size.columns)) }
            if signal != SIGWINCH, signal != SIGCONT {
                wasInterrupted = true
                outcome = .detached
            }
            return
        }
        if signal == SIGTERM || signal == SIGINT {
            interrupts += 1
            if interrupts == 3 {
                StandardError.write("got 3 SIGTERM/SIGINTs, forcefully exiting\n")
                outcome = .detached
                return
            }
            if !manner.passesSignals { outcome = .detached }
        }
        if manner.passesSignals { connection.send(.signal(signal)) }
    }
}
