/// A page in one file, without a script and with nothing from elsewhere.
struct HTMLPage {
    var title: String
    var language: Language
    /// How it looks, in CSS.
    var style: String
    /// What is in it, escaped already.
    var body: String

    /// The file.
    var document: String {
        """
        <!doctype html>
        <html lang="\(language == .chinese ? "zh-Hans" : "en")">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(title.xml)</title>
        <style>
        \(style)</style>
        </head>
        <body>
        \(body)
        </body>
        </html>

        """
    }

    /// The looks of a page that is made of a picture, right in light and in dark.
    static let aroundPicture =
        SVGDrawing.palette + SVGDrawing.style + """
            body { margin: 0; background: var(--page); color: var(--text); font: 14px/1.5 system-ui, "DejaVu Sans", "Noto Sans CJK SC", sans-serif; }
            header { padding: 24px 28px 0; display: flex; flex-wrap: wrap; align-items: baseline; gap: 6px 20px; }
            h1 { font-size: 20px; margin: 0; } header p { margin: 0; color: var(--faint); }
            .legend span { margin-right: 16px; white-space: nowrap; }
            .legend span::before { content: ""; display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 6px; vertical-align: -1px; background: var(--swatch); }
            main svg { display: block; width: 100%; height: auto; }
            section { padding: 0 28px 40px; } summary { cursor: pointer; color: var(--faint); padding: 6px 0; }
            table { border-collapse: collapse; font: 12px/1.6 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
            th, td { text-align: left; vertical-align: top; padding: 3px 22px 3px 0; border-top: 1px solid color-mix(in srgb, var(--other) 35%, transparent); }
            thead th { border: 0; color: var(--faint); font-weight: 400; } small { color: var(--faint); font-weight: 400; }

            """
}
