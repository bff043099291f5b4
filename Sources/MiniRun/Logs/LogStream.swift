/// Which of its outputs a container wrote to.
public enum LogStream: String, Sendable, Hashable, CaseIterable {
    /// Standard output, and everything that comes from a terminal.
    case stdout
    /// Standard error.
    case stderr
}
