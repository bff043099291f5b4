import CShim
import Namespaces
import SystemPackage

/// A container as the one who reads its log has to know it.
public struct LogSource {
    /// The live file; nil when the container keeps no log.
    public let path: FilePath?
    /// Whether the container has a terminal: all that it writes is then one stream.
    public let isTerminal: Bool
    /// Whether more may still come.
    public let isRunning: () -> Bool
    /// Becomes readable when the container ends; a pidfd of its supervisor does. Without it the end is noticed at the next
    /// change in the log's directory.
    let ended: OwnedDescriptorBox?

    /// Describes a container.
    init(
        path: FilePath?, isTerminal: Bool = false, ended: OwnedDescriptorBox? = nil,
        isRunning: @escaping () -> Bool
    ) {
        self.path = path
        self.isTerminal = isTerminal
        self.ended = ended
        self.isRunning = isRunning
    }
}
