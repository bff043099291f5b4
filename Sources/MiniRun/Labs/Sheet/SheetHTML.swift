import Namespaces

/// A sheet as a piece of a web page. Questions unfold: first the choices, then what is so.
struct SheetHTML {
    let questions: [String: LabQuestion]
    let language: Language
    /// The world before and after, as SVG: the one stands before the first step, the other where the sheet last asks for a drawing, or
    /// at the end.
    var drawings: LabDrawings.Pair?

    func text(_ sheet: Markdown) -> String {
        guard let drawings else { return sheet.blocks.map(text).joined() }
        let first = sheet.blocks.firstIndex { if case .heading(2, _, _) = $0 { true } else { false } }
        let place = sheet.blocks.lastIndex(of: .topology) ?? sheet.blocks.endIndex
        var page = ""
        for (index, block) in sheet.blocks.enumerated() {
            if index == first { page += Self.figure(drawings.before, LabWords.before.text(language)) }
            page += index == place ? Self.figure(drawings.after, LabWords.after.text(language)) : text(block)
        }
        if place == sheet.blocks.endIndex { page += Self.figure(drawings.after, LabWords.after.text(language)) }
        return page
    }

    private static func figure(_ drawing: String, _ caption: String) -> String {
        "<figure>\(drawing)<figcaption>\(caption.xml)</figcaption></figure>\n"
    }

    private func text(_ block: Markdown.Block) -> String {
        switch block {
        case .heading(let level, let text, let id):
            let anchor = id.map { " id=\"\($0.xml)\"" } ?? ""
            return "<h\(level)\(anchor)>\(Self.inline(text))</h\(level)>\n"
        case .paragraph(let text): return "<p>\(Self.inline(text))</p>\n"
        case .list(let items, let isNumbered):
            let tag = isNumbered ? "ol" : "ul"
            return "<\(tag)>\n" + items.map { "<li>\(Self.inline($0))</li>\n" }.joined() + "</\(tag)>\n"
        case .code(let language, let text):
            return "<pre class=\"\(language == "text" ? "drawing" : "code")\"><code>\(text.xml)</code></pre>\n"
        case .table(let header, let rows):
            func row(_ cells: [String], _ tag: String) -> String {
                "<tr>" + cells.map { "<\(tag)>\(Self.inline($0))</\(tag)>" }.joined() + "</tr>\n"
            }
            return "<div class=\"table\"><table><thead>\n\(row(header, "th"))</thead><tbody>\n"
                + rows.map { row($0, "td") }.joined() + "</tbody></table></div>\n"
        case .quotation(let text): return "<blockquote>\(Self.inline(text))</blockquote>\n"
        case .rule: return "<hr>\n"
        case .question(let id): return questions[id].map(question) ?? ""
        case .topology: return ""
        }
    }

    private func question(_ question: LabQuestion) -> String {
        let choices = question.choices.map { "<li>\(Self.inline($0.text(language)))</li>\n" }.joined()
        return """
            <div class="question" id="question-\(question.id.xml)"><p>\(Self.inline(question.ask.text(language)))</p>
            \(choices.isEmpty ? "" : "<ol type=\"a\">\n\(choices)</ol>\n")\
            <details><summary>\(LabWords.reveal.text(language).xml)</summary><p>\(Self.inline(question.reveal.text(language)))</p></details></div>

            """
    }

    /// A text with its marks.
    static func inline(_ text: String) -> String {
        MarkdownSpan.spans(of: text).map { span in
            switch span {
            case .plain(let text): return text.xml
            case .emphasis(let text): return "<em>\(text.xml)</em>"
            case .strong(let text): return "<strong>\(text.xml)</strong>"
            case .code(let text): return "<code>\(text.xml)</code>"
            case .link(let text, let address):
                // A sheet may come from anywhere: nothing but pages is led to.
                let isPage = address.begins(with: "https://") || address.begins(with: "http://")
                return isPage ? "<a href=\"\(address.xml)\">\(text.xml)</a>" : text.xml
            }
        }.joined()
    }
}
