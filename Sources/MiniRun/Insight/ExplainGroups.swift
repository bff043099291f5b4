import Namespaces

/// Puts together what is best told in one go: preparations with what they prepare, and neighbours with the same reason.
struct ExplainGroups {
    /// Ranges of places in the list, in order, without gaps.
    let ranges: [Range<Int>]
    private let items: [any Explainable]

    init(_ items: [any Explainable]) {
        self.items = items
        var ranges: [Range<Int>] = []
        var start = 0
        var reason: String?
        for (index, item) in items.enumerated() where !item.isPreparation {
            let why = item.explanation.why
            if why == reason, let last = ranges.popLast() { start = last.lowerBound }
            ranges.append(start..<index + 1)
            start = index + 1
            reason = why
        }
        if start < items.count { ranges.append(start..<items.count) }
        self.ranges = ranges
    }

    /// The number of the group that the item at `index` completes, counted from 1; nil for one in the middle.
    func completed(at index: Int) -> Int? {
        ranges.firstIndex { $0.upperBound == index + 1 }.map { $0 + 1 }
    }

    /// The voices of a whole group: all commands, all calls, and the reason of what was prepared.
    func explanation(ofGroup number: Int) -> Explanation {
        let parts = items[ranges[number - 1]].map(\.explanation)
        return Explanation(
            shell: parts.flatMap(\.shell), systemCalls: parts.flatMap(\.systemCalls), why: parts.last?.why ?? "")
    }
}
