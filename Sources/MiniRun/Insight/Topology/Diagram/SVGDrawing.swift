/// A diagram as SVG that needs nothing else: no font, no style sheet, no script. Right in light and in dark.
struct SVGDrawing {
    private let diagram: Diagram
    private let title: String
    private let prefix: String
    private let passed: Set<String>

    /// A picture with this title, for those who cannot see it. Of several in a page each has a prefix for its identifiers.
    init(_ diagram: Diagram, title: String, prefix: String = "") {
        self.diagram = diagram
        self.title = title
        self.prefix = prefix
        passed = diagram.passed
    }

    /// A file of its own.
    var document: String {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + element(sized: true, style: Self.palette + Self.style)
    }

    /// The element, to stand in a page that has `palette` and `style` in its style sheet.
    func element(sized: Bool, style: String = "") -> String {
        let size = sized ? " width=\"\(diagram.width)\" height=\"\(diagram.height)\"" : ""
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" class="topology\(passed.isEmpty ? "" : " traced")" viewBox="0 0 \(diagram.width) \(diagram.height)"\(size) role="img">
            <title>\(title.xml)</title>

            """
        if !style.isEmpty { text += "<style>\n\(style)</style>\n" }
        if sized { text += "<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n" }
        text += Self.trimmed(diagram.edges).map(edge).joined()
        if !diagram.trails.isEmpty { text += arrows + diagram.trails.map(trail).joined() }
        text += diagram.boxes.map(box).joined()
        for heading in diagram.headings {
            text += "<text class=\"heading\" x=\"\(heading.at.x)\" y=\"\(heading.at.y)\">\(heading.text.xml)</text>\n"
        }
        text += diagram.marks.map(mark).joined()
        return text + "</svg>\n"
    }

    // MARK: Parts

    /// A cable without the beginning that it has in common with one that is drawn already: lines on each other look bold.
    private struct Stroke {
        var edge: Diagram.Edge
        var first = 0
    }

    /// The longest first, so that the others find their beginnings drawn.
    private static func trimmed(_ edges: [Diagram.Edge]) -> [Stroke] {
        func length(_ edge: Diagram.Edge) -> Int {
            zip(edge.points, edge.points.dropFirst()).reduce(0) { $0 + abs($1.0.x - $1.1.x) + abs($1.0.y - $1.1.y) }
        }
        var drawn: [String: [Diagram.Frame]] = [:]
        return edges.map { (length: length($0), edge: $0) }.sorted { $0.length > $1.length }.map { _, edge in
            let key = "\(edge.from) \(edge.isDashed)"
            var stroke = Stroke(edge: edge)
            for index in edge.points.indices.dropLast() {
                let (start, end) = (edge.points[index], edge.points[index + 1])
                let line = Diagram.Frame(
                    x: min(start.x, end.x), y: min(start.y, end.y), width: abs(start.x - end.x),
                    height: abs(start.y - end.y))
                let isDrawn = drawn[key]?.contains { other in
                    (other.width == 0) == (line.width == 0) && other.x <= line.x && line.right <= other.right
                        && other.y <= line.y && line.bottom <= other.bottom
                }
                if isDrawn == true, stroke.first == index, index + 2 < edge.points.count {
                    stroke.first = index + 1
                } else {
                    drawn[key, default: []].append(line)
                }
            }
            return stroke
        }
    }

    private func edge(_ stroke: Stroke) -> String {
        let edge = stroke.edge
        let classes = "edge \(edge.kind.rawValue)\(edge.isDashed ? " dashed" : "")"
        var text = "<g class=\"\(classes)\"><title>\(edge.detail.xml)</title>"
        text += "<path d=\"\(Self.path(edge.points, from: stroke.first))\"/>"
        if let end = edge.points.last { text += "<circle cx=\"\(end.x)\" cy=\"\(end.y)\" r=\"3.5\"/>" }
        return text + "</g>\n"
    }

    /// A line with rounded corners, from the beginning or from the corner where it leaves another line.
    private static func path(_ points: [Diagram.Point], from first: Int) -> String {
        guard let last = points.last else { return "" }
        let start = first == 0 ? points[0] : towards(points[first - 1], from: points[first])
        var path = "M\(start.x) \(start.y)"
        for (index, corner) in points.enumerated().dropFirst(max(first, 1)).dropLast() {
            let before = towards(points[index - 1], from: corner)
            let after = towards(points[index + 1], from: corner)
            path += " L\(before.x) \(before.y) Q\(corner.x) \(corner.y) \(after.x) \(after.y)"
        }
        return path + " L\(last.x) \(last.y)"
    }

    /// A point near a corner on the way to the next one.
    private static func towards(_ other: Diagram.Point, from corner: Diagram.Point) -> Diagram.Point {
        func step(_ distance: Int) -> Int { distance.signum() * min(abs(distance) / 2, 8) }
        return Diagram.Point(x: corner.x + step(other.x - corner.x), y: corner.y + step(other.y - corner.y))
    }

    private func box(_ box: Diagram.Box) -> String {
        let frame = box.frame
        let classes =
            "box \(box.kind.rawValue)\(box.isForeign ? " foreign" : "")\(box.original == nil ? "" : " mention")"
            + (passed.contains(box.id) ? " passed" : "")
        var text = "<g class=\"\(classes)\" id=\"\(prefix)\(box.id)\"><title>\(box.detail.xml)</title>\n"
        let round = box.kind == .bridge || box.kind == .wire ? 4 : 9
        text +=
            "<rect x=\"\(frame.x)\" y=\"\(frame.y)\" width=\"\(frame.width)\" height=\"\(frame.height)\" rx=\"\(round)\"/>\n"
        let x = frame.x + DiagramMetrics.padding
        text += "<text class=\"title\" x=\"\(x)\" y=\"\(frame.y + 20)\">\(box.title.xml)</text>\n"
        if !box.tag.isEmpty {
            text +=
                "<text class=\"tag\" x=\"\(frame.right - DiagramMetrics.padding)\" y=\"\(frame.y + 20)\">\(box.tag.xml)</text>\n"
        }
        for line in box.lines {
            let pieces = line.pieces.map { piece in
                piece.look == .plain
                    ? piece.text.xml : "<tspan class=\"\(piece.look.rawValue)\">\(piece.text.xml)</tspan>"
            }
            text += "<text x=\"\(frame.x + line.x)\" y=\"\(frame.y + line.y)\">\(pieces.joined())</text>\n"
        }
        text += "</g>\n"
        return box.original.map { "<a href=\"#\(prefix)\($0)\">\(text)</a>" } ?? text
    }

    // MARK: A way through it

    /// The heads of trails.
    private var arrows: String {
        let heads = [Diagram.Course.there, .back].map { course in
            """
            <marker id="\(prefix)\(course.rawValue)" class="\(course.rawValue)" viewBox="0 0 10 10" refX="9" refY="5" \
            markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L10 5L0 10z"/></marker>
            """
        }
        return "<defs>\(heads.joined())</defs>\n"
    }

    private func trail(_ trail: Diagram.Trail) -> String {
        let course = trail.course.rawValue
        return "<g class=\"trail \(course)\"><title>\(trail.edge.detail.xml)</title>"
            + "<path d=\"\(Self.path(trail.points, from: 0))\" marker-end=\"url(#\(prefix)\(course))\"/></g>\n"
    }

    private func mark(_ mark: Diagram.Mark) -> String {
        let frame = mark.frame
        return """
            <g class="mark \(mark.course.rawValue)"><title>\(mark.detail.xml)</title>\
            <rect x="\(frame.x)" y="\(frame.y)" width="\(frame.width)" height="\(frame.height)" rx="9"/>\
            <text x="\(frame.middle)" y="\(frame.y + 13)">\(mark.text.xml)</text></g>

            """
    }

    // MARK: Looks

    /// Colours, for light and for dark.
    static let palette = """
        :root { color-scheme: light dark;
          --page: #fbfbfd; --text: #1d2430; --faint: #667085; --accent: #0b7285; --warning: #c92a2a; --fill: #ffffff;
          --router: #2f5fd0; --router-fill: #eef3ff; --bridge: #2b8a3e; --bridge-fill: #ebfbee; --wire: #b35c00;
          --wire-fill: #fff4e6; --container: #a16a00; --container-edge: #e0b04a; --named: #8b3fc0; --named-fill: #f9f0ff; --other: #9aa1ad;
          --there: #d9480f; --back: #0b7285; --stop: #c92a2a; --badge: #ffffff; }
        @media (prefers-color-scheme: dark) { :root {
          --page: #12151b; --text: #e6e9ef; --faint: #98a2b3; --accent: #4dc4d6; --warning: #ff8787; --fill: #1b2029;
          --router: #7aa2ff; --router-fill: #19233b; --bridge: #69d180; --bridge-fill: #16281c; --wire: #ffb366;
          --wire-fill: #2c2115; --container: #f2c14e; --container-edge: #ad8730; --named: #cf9bff; --named-fill: #251a31; --other: #6b7380;
          --there: #ff922b; --back: #3bc9db; --stop: #ff6b6b; --badge: #12151b; } }

        """

    /// Everything else about looks.
    static let style = """
        .topology { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, "Noto Sans Mono CJK SC", "Noto Sans CJK SC", monospace; }
        .topology .page { fill: var(--page); }
        .topology text { fill: var(--text); white-space: pre; }
        .topology .title { font: 600 14px system-ui, "DejaVu Sans", "Noto Sans CJK SC", sans-serif; }
        .topology .tag { font: 10.5px system-ui, "DejaVu Sans", "Noto Sans CJK SC", sans-serif; text-anchor: end; fill: var(--faint); letter-spacing: .04em; }
        .topology .heading { font: 600 11px system-ui, "DejaVu Sans", "Noto Sans CJK SC", sans-serif; fill: var(--faint); letter-spacing: .04em; }
        .topology .strong { font-weight: 600; }
        .topology .faint { fill: var(--faint); }
        .topology .accent { fill: var(--accent); }
        .topology .warning { fill: var(--warning); }
        .box rect { fill: var(--fill); stroke: var(--other); stroke-width: 1.5; }
        .box.router rect { fill: var(--router-fill); stroke: var(--router); } .box.router .title { fill: var(--router); }
        .box.bridge rect { fill: var(--bridge-fill); stroke: var(--bridge); } .box.bridge .title { fill: var(--bridge); }
        .box.wire rect { fill: var(--wire-fill); stroke: var(--wire); } .box.wire .title { fill: var(--wire); }
        .box.container rect { stroke: var(--container-edge); } .box.container .title { fill: var(--container); }
        .box.named rect { fill: var(--named-fill); stroke: var(--named); } .box.named .title { fill: var(--named); }
        .box.foreign rect { fill: var(--page); stroke: var(--other); }
        .box.foreign text, .box.foreign tspan, .box.foreign .title { fill: var(--faint); }
        .box.mention rect { stroke-dasharray: 5 4; }
        .box:hover rect, .box:target rect { stroke-width: 3; }
        .edge path { fill: none; stroke: var(--other); stroke-width: 2; }
        .edge circle { fill: var(--other); }
        .edge.router path { stroke: var(--router); } .edge.router circle { fill: var(--router); }
        .edge.bridge path { stroke: var(--bridge); } .edge.bridge circle { fill: var(--bridge); }
        .edge.wire path { stroke: var(--wire); } .edge.wire circle { fill: var(--wire); }
        .edge.named path { stroke: var(--named); } .edge.named circle { fill: var(--named); }
        .edge.dashed path { stroke-dasharray: 6 4; }
        .edge:hover path { stroke-width: 3.5; }
        .there { --course: var(--there); } .back { --course: var(--back); } .stop { --course: var(--stop); }
        .traced .box:not(.passed) { opacity: .45; } .traced .edge { opacity: .35; }
        .trail path { fill: none; stroke: var(--course); stroke-width: 2.5; } .trail.back path { stroke-dasharray: 7 4; }
        .trail:hover path { stroke-width: 4; } marker path { fill: var(--course); }
        .mark rect { fill: var(--course); stroke: var(--page); stroke-width: 1.5; }
        .topology .mark text { font: 600 11px system-ui, "DejaVu Sans", sans-serif; text-anchor: middle; fill: var(--badge); }

        """
}

extension String {
    /// As text or an attribute of XML. What XML cannot hold at all is gone already (see ``Scene``).
    var xml: String {
        var text = ""
        for character in unicodeScalars {
            switch character {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }
}
