/// The name belongs to a container.
public struct NameTaken: Error, CustomStringConvertible {
    let name: String
    let holder: String

    /// Docker's sentence.
    public var description: String {
        """
        Conflict. The container name "/\(name)" is already in use by container "\(holder)". \
        You have to remove (or rename) that container to be able to reuse that name.
        """
    }
}

/// There is nothing under this name or id.
public struct NoSuchContainer: Error, CustomStringConvertible {
    /// What was asked for.
    public let reference: String

    /// Docker's sentence.
    public var description: String { "No such container: \(reference)" }
}

/// Several ids begin with what was given.
public struct AmbiguousContainer: Error, CustomStringConvertible {
    let reference: String
    let candidates: [String]

    /// Names the candidates.
    public var description: String {
        "multiple IDs found with provided prefix: \(reference) (\(candidates.map(ContainerID.short).joined(separator: ", ")))"
    }
}

/// What was asked of a container does not go together with how it stands. Docker's exit code for it is 1.
public struct ContainerConflict: Error, CustomStringConvertible {
    /// The sentence.
    public let description: String

    init(_ description: String) { self.description = description }
}
