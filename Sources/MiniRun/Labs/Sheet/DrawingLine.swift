/// A line of a drawing with `%names%` in it.
///
/// A value is seldom as wide as its name, and what stands behind it would leave its column: the blanks or the line that follow take
/// the difference. So a drawing is drawn with its names, as wide as they are written, and fits with every value.
struct DrawingLine {
    private let text: Substring

    init(_ text: Substring) { self.text = text }

    /// The line with values in place of its names. Where what follows is too short a part of the difference is left to the next one.
    func filled(_ value: (Substring) -> String?) -> String {
        var filled = ""
        // By how many columns what comes next is too far to the right.
        var excess = 0
        var rest = text
        while let first = rest.first {
            if let (name, found) = Self.name(at: rest, value) {
                filled += found
                excess += TextTable.width(of: found) - TextTable.width(of: String(name))
                rest = rest[name.endIndex...]
            } else {
                let run = rest.prefix { $0 == first }
                if run.count > 1, Self.stretches.contains(first) {
                    let count = max(1, run.count - excess)
                    excess -= run.count - count
                    filled += String(repeating: first, count: count)
                } else {
                    filled += run
                }
                rest = rest[run.endIndex...]
            }
        }
        return filled
    }

    /// What may be of any length where there is more than one of it.
    private static let stretches: Set<Character> = [" ", "-", "─", "═"]

    /// The name that a text begins with, signs included, and its value; nil when it begins with none.
    private static func name(
        at text: Substring, _ value: (Substring) -> String?
    ) -> (name: Substring, value: String)? {
        guard text.first == "%", let end = text.dropFirst().firstIndex(of: "%") else { return nil }
        return value(text[text.index(after: text.startIndex)..<end]).map { (text[...end], $0) }
    }
}
