import Namespaces

/// `container prune --filter`: which of the containers that do not run are removed.
public struct PruneFilter {
    private let filter: Filter
    private let until: Timestamp?

    /// Reads the words of the option. Throws Docker's sentences.
    public init(_ words: [String] = []) throws(UsageError) {
        filter = try Filter(parsing: words, keys: ["until", "label", "label!"])
        guard filter["until"].count <= 1 else { throw UsageError("more than one until filter specified") }
        until = try filter["until"].first.map { text throws(UsageError) in try Timestamp(parsing: text) }
    }

    /// Whether the container is meant.
    public func matches(_ container: Container) -> Bool {
        if let until, container.record.created > until { return false }
        return filter.allowsLabels(container.record.labels)
    }
}
