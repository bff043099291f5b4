import Namespaces

/// `--uidmap` and `--gidmap`: `INSIDE:OUTSIDE:COUNT`, each as often as there are ranges.
enum IDMapOption {
    /// What the kernel takes at most (user_namespaces(7)).
    private static let mostRanges = 340

    /// The map; an empty one of the two is like the other. Throws a sentence that names the option and the range.
    static func map(uids: [String], gids: [String]) throws(UsageError) -> IDMap {
        let users = try ranges(uids, "--uidmap")
        let groups = try ranges(gids, "--gidmap")
        return IDMap(uids: users.isEmpty ? groups : users, gids: groups.isEmpty ? users : groups)
    }

    private static func ranges(_ texts: [String], _ option: String) throws(UsageError) -> [IDMap.Range] {
        var ranges: [IDMap.Range] = []
        for text in texts { ranges.append(try range(text, option)) }
        guard ranges.count <= mostRanges else { throw UsageError("\(option): more than \(mostRanges) ranges") }
        for (index, one) in ranges.enumerated() {
            for other in ranges[..<index] where overlap(one.inside, other.inside, one, other) {
                throw UsageError("\(option) \(texts[index]): another range has ids inside of it already")
            }
            for other in ranges[..<index] where overlap(one.outside, other.outside, one, other) {
                throw UsageError("\(option) \(texts[index]): another range has ids outside of it already")
            }
        }
        guard ranges.isEmpty || ranges.contains(where: { $0.inside == 0 }) else {
            throw UsageError("\(option): no range has id 0: a container needs a root to be set up")
        }
        return ranges
    }

    private static func range(_ text: String, _ option: String) throws(UsageError) -> IDMap.Range {
        if text.begins(with: "+") || text.parts(":").contains(where: { $0.begins(with: "@") }) {
            throw UsageError("\(option) \(text): + and @ are not supported: write the ids of the host")
        }
        let fields = text.parts(":")
        let numbers = fields.compactMap { UInt32($0) }
        guard fields.count == 3, numbers.count == fields.count else {
            throw UsageError("invalid argument \(text.goQuoted) for \"\(option)\" flag: want INSIDE:OUTSIDE:COUNT")
        }
        let count = numbers[2]
        // The last number of all stands for "none".
        let end = max(numbers[0], numbers[1]).addingReportingOverflow(count)
        guard count > 0, !end.overflow else {
            throw UsageError("invalid argument \(text.goQuoted) for \"\(option)\" flag: there are no such ids")
        }
        return IDMap.Range(inside: numbers[0], outside: numbers[1], count: count)
    }

    private static func overlap(_ one: UInt32, _ other: UInt32, _ a: IDMap.Range, _ b: IDMap.Range) -> Bool {
        UInt64(one) < UInt64(other) + UInt64(b.count) && UInt64(other) < UInt64(one) + UInt64(a.count)
    }
}
