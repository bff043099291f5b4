/// Columns as Docker's tables have them: at least ten wide, three blanks between, the last one as long as it is.
enum TextTable {
    /// One line a row; every row has as many cells as the header.
    static func text(header: [String], rows: [[String]]) -> String { text([header] + rows) }

    /// Lines of cells with tabs between them. A column is as wide as it has to be for the lines that have it and stand
    /// together; a line that ends earlier begins a new one (Go's text/tabwriter).
    static func text(ofLines text: String) -> String {
        var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return self.text(
            lines.map { $0.split(separator: "\t", omittingEmptySubsequences: false).map { String($0) } })
    }

    private static func text(_ lines: [[String]]) -> String {
        // A line's last cell is in no column: nothing follows that would have to be aligned.
        let cells = lines.map { $0.dropLast().map { (text: $0, width: width(of: $0)) } }
        var padded = cells.map { $0.map(\.width) }
        let columns = cells.map(\.count).max() ?? 0
        for column in 0..<columns {
            var first = 0
            while first < lines.count {
                guard column < cells[first].count else {
                    first += 1
                    continue
                }
                let end = cells[first...].firstIndex { $0.count <= column } ?? lines.count
                let widest = cells[first..<end].map { $0[column].width }.max() ?? 0
                for line in first..<end { padded[line][column] = max(10, widest + 3) }
                first = end
            }
        }
        var result = ""
        for (line, whole) in lines.enumerated() {
            for (column, cell) in cells[line].enumerated() {
                result += cell.text
                result += String(repeating: " ", count: padded[line][column] - cell.width)
            }
            result += whole.last ?? ""
            result += "\n"
        }
        return result
    }

    /// Cells of a terminal that the text takes: two for a wide (East Asian) character.
    static func width(of text: String) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.unicodeScalars.reduce(0) { $0 + width(of: $1) }
    }

    private static func width(of scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x1100...0x115f, 0x2e80...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60,
            0xffe0...0xffe6, 0x1f300...0x1faff, 0x20000...0x3fffd:
            2
        default: scalar.properties.generalCategory == .nonspacingMark ? 0 : 1
        }
    }

    /// The text, and blanks behind it up to a width in cells.
    static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - self.width(of: text)))
    }

    /// The text, or so much of it as leaves room for `…` where it is wider than `limit`.
    static func shortened(_ text: String, to limit: Int) -> String {
        guard width(of: text) > limit else { return text }
        var room = limit - 1
        let start = text.unicodeScalars.prefix { scalar in
            room -= width(of: scalar)
            return room >= 0
        }
        return String(start) + "…"
    }
}
