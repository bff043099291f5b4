/// A box of lines, as a row of a drawing has it: where it is held by what is above it, is said when it is drawn.
struct TextBox {
    /// How its border is drawn.
    enum Border {
        /// A machine.
        case round
        /// A switch.
        case double
        /// A machine that is drawn in full elsewhere.
        case dashed

        fileprivate var signs: (corners: [String], across: String, down: String, above: String, beside: String) {
            switch self {
            case .round: (["╭", "╮", "╰", "╯"], "─", "│", "┴", "┤")
            case .double: (["╔", "╗", "╚", "╝"], "═", "║", "╧", "╢")
            case .dashed: (["╭", "╮", "╰", "╯"], "┄", "┆", "┴", "┤")
            }
        }
    }

    /// Where the cable from above comes in.
    enum Hold { case none, above, beside }

    var title: StyledText
    var lines: [StyledText]
    var border = Border.round
    var look = StyledText.Look.plain
    /// Where a cable leaves downwards: a column within the box.
    var leaves: Int?

    /// The width that shows everything, borders included.
    var naturalWidth: Int { max(title.width + 6, (lines.map(\.width).max() ?? 0) + 4) }

    /// The column at which a cable from above comes in.
    static let holdColumn = 2

    /// The lines of the box, all of this width.
    func drawn(width: Int, hold: Hold = .none) -> [StyledText] {
        let signs = border.signs
        let inner = max(1, width - 4)
        func bar(_ count: Int) -> String { String(repeating: signs.across, count: max(0, count)) }
        var top = StyledText(signs.corners[0] + signs.across, look)
        top.append(hold == .above ? signs.above : signs.across, look)
        if title.width > 0 {
            let title = self.title.shortened(to: max(1, width - 6))
            top.append(" ")
            top.append(title)
            top.append(" ")
        }
        top.append(bar(width - 1 - top.width) + signs.corners[1], look)
        var rows = [top]
        for (index, line) in lines.enumerated() {
            var row = StyledText(hold == .beside && index == 0 ? signs.beside : signs.down, look)
            row.append(" ")
            row.append(line.shortened(to: inner))
            row.pad(to: width - 1)
            row.append(signs.down, look)
            rows.append(row)
        }
        var bottom = StyledText(signs.corners[2], look)
        if let leaves {
            bottom.append(bar(leaves - 1) + (border == .double ? "╤" : "┬"), look)
        }
        bottom.append(bar(width - 1 - bottom.width) + signs.corners[3], look)
        return rows + [bottom]
    }
}
