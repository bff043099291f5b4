import Namespaces
import NetSetup

extension ReachMatrix {
    /// The matrix for people: rows ask, columns are asked; what is not as expected stands out, and is told below.
    public func text(colours: Bool) -> String {
        let width = nodes.map { TextTable.width(of: $0.name) }.max() ?? 4
        let digits = String(nodes.count).count
        var lines = [
            String(repeating: " ", count: width + digits + 3)
                + nodes.indices.map { Self.padded("\($0 + 1)", to: digits) }.joined(separator: " ")
        ]
        for (row, node) in nodes.enumerated() {
            let marks = nodes.indices.map { column -> String in
                guard row != column else { return Self.padded("-", to: digits) }
                guard let cell = cells.first(where: { $0.from == row && $0.to == column }) else { return "" }
                return Self.mark(cell, width: digits, colours)
            }
            let name = TextTable.padded(node.name, to: width)
            lines.append("\(Self.padded("\(row + 1)", to: digits)) \(name)  " + marks.joined(separator: " "))
        }
        lines += ["", "\(MatrixWords.legend)"]
        for cell in surprises {
            let place = cell.address.map { " (\($0))" } ?? ""
            lines.append(MatrixWords.surprise(cell, nodes[cell.from].name, nodes[cell.to].name, place).description)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func mark(_ cell: Cell, width: Int, _ colours: Bool) -> String {
        let letter: String
        switch (cell.expectation, cell.isReached) {
        case (.same, _): letter = "="
        case (.open, let reached): letter = reached == true ? "+" : "?"
        case (.reached, true): letter = "+"
        case (.reached, _): letter = "X"
        case (.kept, true): letter = "!"
        case (.kept, _): letter = "."
        }
        let text = padded(letter, to: width)
        return colours && !cell.isAsExpected ? "\u{1b}[1;31m\(text)\u{1b}[0m" : text
    }

    private static func padded(_ text: String, to width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// The same for programs.
    public var json: JSONValue {
        .record([
            "nodes": .strings(nodes.map(\.name)),
            "cells": .array(
                cells.map { cell in
                    .record([
                        "from": .string(nodes[cell.from].name), "to": .string(nodes[cell.to].name),
                        "address": .text(cell.address), "expected": .string(cell.expectation.rawValue),
                        "reached": cell.isReached.map { .bool($0) }, "asExpected": .bool(cell.isAsExpected),
                    ])
                }),
        ])
    }
}

/// Every word that `net matrix` says.
private enum MatrixWords {
    static let legend = Phrase(
        "+ reaches  . does not  = same network  ? depends on the LAN  X should, and does not  ! should not, and does",
        "+ 可达  . 不可达  = 同一网络名字空间  ? 取决于局域网  X 应当可达却不可达  ! 不应可达却可达")

    static func surprise(_ cell: ReachMatrix.Cell, _ from: String, _ to: String, _ place: String) -> Phrase {
        let hint = "minirun trace \(from) \(to)"
        return cell.isReached == true
            ? Phrase(
                "! \(from) reaches \(to)\(place), and should not: \(hint)",
                "! \(from) 能到达 \(to)\(place)，但不应该：\(hint)")
            : Phrase(
                "X \(from) does not reach \(to)\(place), and should: \(hint)",
                "X \(from) 不能到达 \(to)\(place)，但应该能：\(hint)")
    }
}
