/// There is no volume of this name.
public struct NoSuchVolume: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was asked for.
    public let name: String
    /// Docker's sentence.
    public var description: String { "get \(name): no such volume" }
}

/// Containers have the volume, running or not.
public struct VolumeInUse: Error, Sendable, Equatable, CustomStringConvertible {
    /// The volume.
    public let name: String
    /// Their ids; empty when one is just being started.
    public let users: [String]
    /// Docker's sentence.
    public var description: String {
        let list = users.isEmpty ? "a container is just being started with it" : users.joined(separator: ", ")
        return "remove \(name): volume is in use - [\(list)]"
    }
}
