import Namespaces

/// `--filter` of `container prune`, `image prune` and `system prune`: which of those that nobody uses are removed.
public struct PruneFilter {
    private let filter: Filter
    private let until: Timestamp?
    /// `dangling=false`, of images alone: those with a name too.
    let takesNamed: Bool

    /// Reads the words of the option; `ofImages` tells whether `dangling` is one of them. Throws Docker's sentences.
    public init(_ words: [String] = [], ofImages: Bool = false) throws(UsageError) {
        let keys: Set<String> = ["until", "label", "label!"]
        filter = try Filter(
            parsing: words, keys: ofImages ? keys.union(["dangling"]) : keys,
            flag: ofImages ? "--filter" : "-f, --filter")
        guard filter["until"].count <= 1 else { throw UsageError("more than one until filter specified") }
        until = try filter["until"].first.map { text throws(UsageError) in try Timestamp(parsing: text) }
        takesNamed = try filter.truth("dangling") == false
    }

    /// Whether the container is meant.
    public func matches(_ container: Container) -> Bool {
        matches(container.record.created, container.record.labels)
    }

    /// Whether the image is meant.
    func matches(_ image: ImageRecord) -> Bool { matches(image.created, image.configuration.labels) }

    private func matches(_ created: Timestamp, _ labels: [String: String]) -> Bool {
        if let until, created > until { return false }
        return filter.allowsLabels(labels)
    }
}
