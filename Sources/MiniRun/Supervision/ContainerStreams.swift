import CShim
import Namespaces
import SystemPackage

/// Where a container's standard streams lead.
enum ContainerStreams {
    /// The caller's own: a container in the foreground.
    case inherited
    /// A terminal of the container's own, whose master side the supervisor has.
    case terminal(rows: UInt16, columns: UInt16)
    /// Pipes to the supervisor.
    case pipes(ContainerPipes)

    /// Whether they are the caller's own.
    var areInherited: Bool {
        if case .inherited = self { return true }
        return false
    }
}

/// The three pipes between a container and its supervisor, made before the container is planned.
final class ContainerPipes {
    /// The command's ends: standard input (nil: none), output, errors. Closed once the command has them.
    private var theirs: [OwnedDescriptorBox?]
    /// The supervisor's ends.
    private var ours: [OwnedDescriptorBox?]

    /// Makes them. Throws `KernelError`.
    init(hasInput: Bool) throws(KernelError) {
        theirs = []
        ours = []
        for stream in 0..<3 {
            if stream == 0 && !hasInput {
                theirs.append(nil)
                ours.append(nil)
                continue
            }
            var ends: [CInt] = [-1, -1]
            guard pipe2(&ends, O_CLOEXEC) == 0 else { throw KernelError.current("make a pipe for the container") }
            let (reader, writer) = (OwnedDescriptorBox(ends[0]), OwnedDescriptorBox(ends[1]))
            theirs.append(stream == 0 ? reader : writer)
            ours.append(stream == 0 ? writer : reader)
            _ = minirun_fcntl(stream == 0 ? ends[1] : ends[0], F_SETFL, Int(O_NONBLOCK))
        }
    }

    /// The command's end of a stream; nil where it has none. Borrowed.
    func command(_ stream: Int) -> CInt? { theirs[stream]?.number }

    /// The command's ends that there are. Borrowed.
    var commandEnds: [CInt] { (0..<3).compactMap(command) }

    /// How the command gets them.
    var operations: [ChildOperation] {
        (0..<3).compactMap { stream in command(stream).map { .standardStream(CInt(stream), from: $0) } }
    }

    /// The supervisor's end of a stream. Borrowed.
    func supervisor(_ stream: Int) -> CInt? { ours[stream]?.number }

    /// The command has its ends now: ours go, so that its end can be seen.
    func closeTheirs() { theirs = [nil, nil, nil] }

    /// The other process of a fork has them all.
    func closeAll() {
        theirs = [nil, nil, nil]
        ours = [nil, nil, nil]
    }

    /// No more input comes.
    func closeInput() { ours[0] = nil }
}

/// A descriptor with one owner, in a place where a noncopyable value cannot be.
final class OwnedDescriptorBox {
    private let owned: OwnedDescriptor
    /// Borrowed.
    var number: CInt { owned.rawValue }

    init(_ number: CInt) { owned = OwnedDescriptor(owning: number) }

    init(_ owned: consuming OwnedDescriptor) { self.owned = owned }
}
