/// Sizes in a diagram. Text is set in a font of fixed width, so that a box can be made to fit without asking anybody.
enum DiagramMetrics {
    /// Between the picture's border and what is in it.
    static let margin = 28
    /// The height of a line of text.
    static let line = 18
    /// The height of a title.
    static let title = 30
    /// Within a box, beside its text.
    static let padding = 14
    /// Between boxes side by side.
    static let gap = 16
    /// Between a row and the next, where the cables run.
    static let drop = 34
    /// Between the parts of the picture.
    static let part = 40
    /// The width that rows of boxes try to keep.
    static let room = 1320
    /// Between the left part and what is beside it.
    static let gutter = 72

    /// How wide a text of 12 px is.
    static func width(_ text: String) -> Int { (TextTable.width(of: text) * 73 + 9) / 10 }
    /// How wide a title of 14 px is.
    static func titleWidth(_ text: String) -> Int { (TextTable.width(of: text) * 93 + 9) / 10 }
    /// How wide a tag of 10.5 px is.
    static func tagWidth(_ text: String) -> Int { (TextTable.width(of: text) * 70 + 9) / 10 }

    /// The pieces of a line, with blanks between.
    static func width(_ pieces: [Diagram.Piece]) -> Int { width(pieces.map(\.text).joined()) }
}

extension Diagram.Box {
    /// A box without a place yet, large enough for its title and lines below each other.
    init(
        id: String, kind: Diagram.Kind, title: String, tag: String, lines: [[Diagram.Piece]],
        original: String? = nil, detail: String = "", isForeign: Bool = false
    ) {
        typealias Metrics = DiagramMetrics
        let head = Metrics.titleWidth(title) + (tag.isEmpty ? 0 : 12 + Metrics.tagWidth(tag))
        let width = max(head, lines.map(Metrics.width).max() ?? 0) + 2 * Metrics.padding
        let height = Metrics.title + lines.count * Metrics.line + (lines.isEmpty ? 4 : 10)
        self.init(
            id: id, kind: kind, frame: Diagram.Frame(x: 0, y: 0, width: width, height: height), title: title, tag: tag,
            original: original, detail: detail, isForeign: isForeign)
        self.lines = lines.enumerated().map { index, pieces in
            Diagram.Line(
                x: Metrics.padding, y: Metrics.title + index * Metrics.line + Metrics.line - 5, pieces: pieces)
        }
    }
}
