import CShim
import Namespaces
import SystemPackage

/// The user's terminal on one side, the container's on the other.
final class TerminalRelay {
    private let console: OwnedDescriptor
    private let keyboard: Terminal?
    private let settings: Terminal.Settings?
    private var output: ByteRelay
    private var input: ByteRelay?

    /// Takes the master side of the container's terminal. With `readsInput` our own terminal is made raw until this object
    /// goes away, so that every key, the interrupt key too, is the container's.
    init(console: consuming OwnedDescriptor, readsInput: Bool) throws(KernelError) {
        let master = console.rawValue
        self.console = console
        _ = minirun_fcntl(master, F_SETFL, Int(O_NONBLOCK))
        output = ByteRelay(from: master, to: 1)
        input = readsInput ? ByteRelay(from: 0, to: master) : nil
        keyboard = readsInput ? Terminal(0) : nil
        settings = try keyboard?.enterRawMode()
        resize()
    }

    deinit {
        if let settings { try? keyboard?.restore(settings) }
    }

    /// What to poll for next: output, then input.
    var interest: [pollfd] {
        [output.interest] + (input.map { [$0.interest] } ?? [])
    }

    /// Does what the poll made possible.
    func carry(_ polled: ArraySlice<pollfd>) {
        guard let first = polled.first else { return }
        output.carry(first)
        if polled.count > 1, let last = polled.last { input?.carry(last) }
    }

    /// Prints what the container said last.
    func drain() { output.drain() }

    /// Gives the container's terminal the size of ours.
    func resize() {
        guard let size = try? (Terminal(1) ?? Terminal(0))?.size() else { return }
        try? Terminal(console.rawValue)?.resize(to: size)
    }
}
