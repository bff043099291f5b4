import CShim
import Namespaces
import SystemPackage

/// Carries a detached container's streams: what it prints goes to the log and to all who are attached, what these type goes
/// to its standard input. Never waits: it reads no more while somebody who is attached is far behind.
final class StreamRelay: PollParticipant {
    /// One stream that the container prints to.
    private struct Source {
        let descriptor: CInt
        let isError: Bool
        var isFinished = false
    }

    private let pipes: ContainerPipes?
    private let console: OwnedDescriptorBox?
    private let far: OwnedDescriptorBox?
    private var sources: [Source]
    private var pendingInput: ArraySlice<UInt8> = []
    private var isInputEnding = false
    private let log: (ArraySlice<UInt8>, _ isError: Bool) -> Void
    private unowned let server: ControlServer
    private var buffer = [UInt8](repeating: 0, count: ControlMessage.chunk)

    /// The streams of a container with pipes.
    init(pipes: ContainerPipes, server: ControlServer, log: @escaping (ArraySlice<UInt8>, Bool) -> Void) {
        self.pipes = pipes
        console = nil
        far = nil
        sources = [(1, false), (2, true)].compactMap { stream, isError in
            pipes.supervisor(stream).map { Source(descriptor: $0, isError: isError) }
        }
        self.server = server
        self.log = log
    }

    /// The stream of a container with a terminal, by its master side.
    init(console: OwnedDescriptorBox?, server: ControlServer, log: @escaping (ArraySlice<UInt8>, Bool) -> Void) {
        pipes = nil
        self.console = console
        // With nobody on the other side the terminal would hang up, although the command may open it again.
        far = console.flatMap { console in
            let number = minirun_open_terminal_peer(console.number)
            return number < 0 ? nil : OwnedDescriptorBox(number)
        }
        sources = console.map { [Source(descriptor: $0.number, isError: false)] } ?? []
        for source in sources { _ = minirun_fcntl(source.descriptor, F_SETFL, Int(O_NONBLOCK)) }
        self.server = server
        self.log = log
    }

    private var sink: CInt? { console?.number ?? pipes?.supervisor(0) }

    // MARK: Input

    /// Whether there is room for more input.
    var takesInput: Bool { pendingInput.count < 4 * ControlMessage.chunk }

    /// Passes bytes to the command's standard input, when it has one.
    func type(_ bytes: [UInt8]) {
        guard sink != nil, !isInputEnding else { return }
        pendingInput += bytes
        deliver()
    }

    /// Ends the command's standard input once it has everything; a terminal has no end.
    func endInput() {
        guard console == nil else { return }
        isInputEnding = true
        deliver()
    }

    /// Gives the terminal another size.
    func resize(rows: UInt16, columns: UInt16) {
        guard let console else { return }
        try? Terminal(console.number)?.resize(to: .init(columns: columns, rows: rows))
    }

    private func deliver() {
        while let sink, !pendingInput.isEmpty {
            let count = pendingInput.withUnsafeBytes { write(sink, $0.baseAddress, $0.count) }
            if count > 0 {
                pendingInput = pendingInput.dropFirst(count)
            } else {
                let error = Errno.current
                if error == .interrupted { continue }
                if error == .wouldBlock { return }
                pendingInput = []
                pipes?.closeInput()
            }
        }
        if pendingInput.isEmpty && isInputEnding { pipes?.closeInput() }
    }

    // MARK: Output

    var interest: [pollfd] {
        let isCongested = server.isCongested
        return sources.map {
            pollfd(fd: $0.isFinished || isCongested ? -1 : $0.descriptor, events: Int16(POLLIN), revents: 0)
        } + [pollfd(fd: pendingInput.isEmpty ? -1 : sink ?? -1, events: Int16(POLLOUT), revents: 0)]
    }

    func serve(_ polled: ArraySlice<pollfd>) throws {
        for (index, answer) in zip(sources.indices, polled) where answer.revents != 0 { _ = fetch(index) }
        if let last = polled.last, last.revents != 0 { deliver() }
    }

    /// Takes what is there now: the last words of a command that has ended. No more than a pipe can hold, for somebody who
    /// has outlived the command (in the host's pid namespace) may go on writing.
    func drain() {
        for index in sources.indices {
            var rest = max(Int(minirun_fcntl(sources[index].descriptor, F_GETPIPE_SZ, 0)), 65536)
            while rest > 0, !sources[index].isFinished, fetch(index) { rest -= buffer.count }
        }
    }

    /// Reads once; false when there is nothing (more) to read.
    private func fetch(_ index: Int) -> Bool {
        let count = read(sources[index].descriptor, &buffer, buffer.count)
        if count > 0 {
            let bytes = buffer[..<count]
            log(bytes, sources[index].isError)
            server.show(bytes, isError: sources[index].isError)
            return true
        }
        if count < 0 {
            let error = Errno.current
            if error == .interrupted { return true }
            if error == .wouldBlock { return false }
        }
        sources[index].isFinished = true
        return false
    }
}
