import CShim
import SystemPackage

/// A file descriptor with exactly one owner; closed when the owner goes away.
public struct OwnedDescriptor: ~Copyable, Sendable {
    /// The number, borrowed: valid only as long as this value lives.
    public let rawValue: CInt

    /// Takes ownership of an open descriptor.
    public init(owning rawValue: CInt) {
        self.rawValue = rawValue
    }

    deinit {
        close(rawValue)
    }

    /// Gives the descriptor away; the caller closes it.
    public consuming func release() -> CInt {
        let number = rawValue
        discard self
        return number
    }
}
