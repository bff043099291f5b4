import Namespaces
import SystemPackage

/// Makes a network's bridge unless somebody else has made it by now.
public struct MakeBridge: Step, Equatable {
    /// The bridge to be made.
    public var creation: CreateBridge
    /// The lock that all hold who make this bridge, taken only for the moment of making it; nil when the caller holds it.
    public var lockFile: FilePath?

    /// Describes the bridge.
    public init(_ creation: CreateBridge, lockFile: FilePath?) {
        self.creation = creation
        self.lockFile = lockFile
    }

    /// Looks again once it has the lock: of several starts that miss the bridge at once, one makes it. Throws as
    /// `CreateBridge` does, and `KernelError` about the lock.
    public func apply(on stage: Stage) throws {
        guard let lockFile else { return try creation.apply(on: stage) }
        let lock = try NetworkLock(lockFile)
        defer { lock.release() }
        if try HostNetlink.of(stage).socket.link(named: creation.name) != nil { return }
        try creation.apply(on: stage)
    }

    /// That of the creation, which is under the same condition.
    public var explanation: Explanation { creation.explanation }
}
