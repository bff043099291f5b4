import Namespaces
import SystemPackage

/// All sheets as a web site of plain files: a page for each lab and language, and a list of them. No script, nothing from
/// elsewhere.
public struct LabSite: Sendable {
    private let labs: [Lab]

    /// For some labs.
    public init(_ labs: [Lab]) { self.labs = labs }

    /// Writes the pages into a directory, which is made. With `drawings` each lab is played once, to draw its world before and
    /// after. Throws `KernelError`.
    public func write(to directory: FilePath, drawings: Bool = true) throws {
        try Files.makeDirectory(directory)
        for lab in labs {
            let pictures = drawings && !lab.isExam ? try LabDrawings(lab).svg() : [:]
            for language in Language.allCases {
                let page = try self.page(lab, language, drawings: pictures[language])
                try Files.write(page, to: directory.appending(Self.file(lab, language)))
            }
        }
        for language in Language.allCases {
            try Files.write(index(language), to: directory.appending(Self.index(language)))
        }
    }

    private static func index(_ language: Language) -> String { language == .english ? "index.html" : "index.zh.html" }

    static func file(_ lab: Lab, _ language: Language) -> String { "\(lab.name).\(language.code).html" }

    /// The page of a lab. Throws `KernelError`, `LabError` when there is no sheet.
    func page(_ lab: Lab, _ language: Language, drawings: LabDrawings.Pair?) throws -> String {
        let sheet = try lab.sheet(language)
        let title = "\(lab.number). \(lab.title.text(language))"
        let other: Language = language == .english ? .chinese : .english
        let index = labs.firstIndex { $0.name == lab.name } ?? 0
        func link(_ place: Int, _ arrow: String) -> String {
            guard labs.indices.contains(place) else { return "" }
            return "<a href=\"\(Self.file(labs[place], language))\">\(arrow)</a> "
        }
        return document(
            title, language,
            """
            <nav><a href="\(Self.index(language))">\(LabWords.allLabs.text(language))</a> \
            \(link(index - 1, "←"))\(link(index + 1, "→"))<a href="\(Self.file(lab, other))">\(LabWords.otherLanguage.text(language))</a></nav>
            <p class="facts">\(LabWords.minutes(lab.minutes).text(language).xml) · <code>minirun lab start \(lab.number)</code></p>
            \(SheetHTML(questions: lab.questionsByID, language: language, drawings: drawings).text(sheet))
            """)
    }

    private func index(_ language: Language) -> String {
        let items = labs.map { lab in
            """
            <li value="\(lab.number)"><a href="\(Self.file(lab, language))">\(lab.title.text(language).xml)</a> \
            <small>\(LabWords.minutes(lab.minutes).text(language).xml)</small><br>\(SheetHTML.inline(lab.goal.text(language)))</li>

            """
        }.joined()
        let other = Self.index(language == .english ? .chinese : .english)
        return document(
            LabWords.course.text(language), language,
            """
            <nav><a href="\(other)">\(LabWords.otherLanguage.text(language))</a></nav>
            <h1>\(LabWords.course.text(language).xml)</h1>
            <ol class="labs">
            \(items)</ol>
            """)
    }

    private func document(_ title: String, _ language: Language, _ body: String) -> String {
        HTMLPage(title: title, language: language, style: Self.style, body: body).document
    }

    private static let style = """
        :root { color-scheme: light dark; --line: #d0d7de; --soft: #f3f5f7; --accent: #0b62c4; --ask: #8a5a00; }
        @media (prefers-color-scheme: dark) { :root { --line: #3a424b; --soft: #20262d; --accent: #6cb0ff; --ask: #f0b860; } }
        body { font: 16px/1.6 system-ui, "Noto Sans CJK SC", sans-serif; max-width: 48rem; margin: 0 auto; padding: 1rem 1rem 4rem; }
        nav, .facts { color: GrayText; }
        a { color: var(--accent); }
        h1 { line-height: 1.25; } h2 { margin-top: 2.2rem; border-top: 1px solid var(--line); padding-top: 1rem; }
        code { font: 0.9em/1.4 ui-monospace, "DejaVu Sans Mono", monospace; background: var(--soft); padding: 0.1em 0.3em; border-radius: 4px; }
        pre { background: var(--soft); padding: 0.8rem 1rem; border-radius: 6px; overflow-x: auto; }
        pre code { background: none; padding: 0; }
        .table { overflow-x: auto; } table { border-collapse: collapse; } th, td { border: 1px solid var(--line); padding: 0.3rem 0.6rem; text-align: left; vertical-align: top; }
        blockquote { margin: 1rem 0; padding: 0.1rem 1rem; border-left: 4px solid var(--line); }
        .question { margin: 1rem 0; padding: 0.2rem 1rem 0.6rem; border-left: 4px solid var(--ask); background: var(--soft); border-radius: 0 6px 6px 0; }
        summary { cursor: pointer; color: var(--ask); }
        figure { margin: 1rem 0; overflow-x: auto; } figure svg { max-width: 100%; height: auto; } figcaption { color: GrayText; font-size: 0.9em; }
        .labs li { margin-bottom: 0.8rem; }

        """
}

extension Language {
    /// As it is written in the names of files.
    var code: String { self == .chinese ? "zh" : "en" }
}
