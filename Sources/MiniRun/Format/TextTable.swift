/// Columns as Docker's tables have them: at least ten wide, three blanks between, the last one as long as it is.
enum TextTable {
    /// One line a row; every row has as many cells as the header.
    static func text(header: [String], rows: [[String]]) -> String {
        let all = [header] + rows
        let widths = header.indices.map { column in max(10, (all.map { width(of: $0[column]) }.max() ?? 0) + 3) }
        return all.map { row in
            let cells = row.enumerated().map { column, cell in
                column == row.count - 1
                    ? cell : cell + String(repeating: " ", count: widths[column] - width(of: cell))
            }
            return cells.joined() + "\n"
        }.joined()
    }

    /// Cells of a terminal that the text takes: two for a wide (East Asian) character.
    static func width(of text: String) -> Int {
        text.unicodeScalars.reduce(0) { sum, scalar in
            switch scalar.value {
            case 0x1100...0x115f, 0x2e80...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60,
                0xffe0...0xffe6, 0x1f300...0x1faff, 0x20000...0x3fffd:
                sum + 2
            default: scalar.properties.generalCategory == .nonspacingMark ? sum : sum + 1
            }
        }
    }
}
