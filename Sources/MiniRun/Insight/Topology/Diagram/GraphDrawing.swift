/// A scene as a graph in other programs' languages, which find places for everything by themselves.
struct GraphDrawing {
    private let scene: Scene
    private let boxes: DiagramBoxes

    /// A graph of a scene.
    init(_ scene: Scene, all: Bool = false) {
        self.scene = scene
        boxes = DiagramBoxes(scene: scene, all: all)
    }

    private struct Node {
        var id: String
        var kind: Diagram.Kind
        var lines: [String]
    }

    private struct Edge {
        var from: String
        var to: String
        var label: String
        var isDashed = false
    }

    private var nodes: [Node] {
        let box = boxes.router(width: 1200)
        let router = Node(
            id: "router", kind: .router,
            lines: ["\(box.title) (\(box.tag))"] + box.lines.filter { $0.pieces.first?.look != .heading }.map(Self.text)
        )
        let segments = scene.segments.map { segment in
            let bar = boxes.bar(segment)
            return Node(
                id: bar.id.asIdentifier, kind: bar.kind, lines: ["\(bar.tag) \(bar.title)"] + bar.lines.map(Self.text))
        }
        let drawn = scene.segments.flatMap(\.attachments).filter(\.isMain).map(\.machine) + scene.beside + scene.alone
        let machines = drawn.compactMap { boxes.machine($0) }.map { box in
            Node(id: box.id, kind: box.kind, lines: [box.title] + box.lines.map(Self.text))
        }
        return [router] + segments + machines
    }

    private var edges: [Edge] {
        var edges: [Edge] = []
        for segment in scene.segments {
            let id = boxes.id(of: segment).asIdentifier
            let address = scene.router.interfaces.first { $0.name == segment.name }?.addresses.first ?? ""
            edges.append(
                Edge(from: "router", to: id, label: address, isDashed: segment.kind == .bridge && !segment.isRouted))
            for attachment in segment.attachments {
                edges.append(
                    Edge(
                        from: id, to: boxes.id(of: attachment.machine),
                        label: attachment.interfaces.map(\.name).joined(separator: ", "),
                        isDashed: segment.kind == .wire))
            }
        }
        for cable in scene.cables {
            edges.append(
                Edge(
                    from: cable.other.map(boxes.id) ?? "router", to: boxes.id(of: cable.machine),
                    label: "\(cable.otherInterface) – \(cable.interface)"))
        }
        return edges
    }

    private static func text(_ line: Diagram.Line) -> String { line.pieces.map(\.text).joined() }

    // MARK: Graphviz

    /// A graph for `dot` (graphviz).
    var dot: String {
        var text = """
            graph minirun {
              graph [rankdir=TB, fontname="sans-serif", nodesep=0.3, ranksep=0.6];
              node [shape=box, style="rounded,filled", fillcolor=white, fontname="monospace", fontsize=10];
              edge [fontname="monospace", fontsize=9, color="#667085"];

            """
        for node in nodes {
            let label = node.lines.map { $0.dot + "\\l" }.joined()
            let (shape, colour) = Self.looks(node.kind)
            text += "  \(node.id) [label=\"\(label)\", shape=\(shape), color=\"\(colour)\"];\n"
        }
        for edge in edges {
            let style = edge.isDashed ? ", style=dashed" : ""
            text += "  \(edge.from) -- \(edge.to) [label=\"\(edge.label.dot)\"\(style)];\n"
        }
        return text + "}\n"
    }

    private static func looks(_ kind: Diagram.Kind) -> (shape: String, colour: String) {
        switch kind {
        case .router: ("box", "#2f5fd0")
        case .bridge: ("box3d", "#2b8a3e")
        case .wire: ("component", "#b35c00")
        case .container: ("box", "#a16a00")
        case .named: ("box", "#8b3fc0")
        case .process: ("box", "#9aa1ad")
        }
    }

    // MARK: Mermaid

    /// A flowchart for Mermaid, which GitHub and GitLab draw in Markdown.
    var mermaid: String {
        // What is wider than a label's usual 200 pixels would be wrapped anywhere.
        var text = "%%{init: {'flowchart': {'wrappingWidth': 640}}}%%\nflowchart TB\n"
        for node in nodes {
            let label = node.lines.map { $0.trimmed.mermaid }.joined(separator: "<br/>")
            let (open, close) =
                switch node.kind {
                case .router: ("[", "]")
                case .bridge, .wire: ("[[", "]]")
                case .container, .named, .process: ("(", ")")
                }
            text += "  \(node.id)\(open)\"\(label)\"\(close):::\(node.kind.rawValue)\n"
        }
        for edge in edges {
            let line = edge.isDashed ? "-.-" : "---"
            let label = edge.label.isEmpty ? "" : "|\"\(edge.label.mermaid)\"|"
            text += "  \(edge.from) \(line)\(label) \(edge.to)\n"
        }
        for kind in [Diagram.Kind.router, .bridge, .wire, .container, .named, .process] {
            text += "  classDef \(kind.rawValue) stroke:\(Self.looks(kind).colour),text-align:left\n"
        }
        return text
    }
}

extension String {
    /// Within quotes in the language of graphviz.
    fileprivate var dot: String { replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") }

    /// Within quotes in Mermaid's, which has HTML's entities, with `#` in place of `&`.
    fileprivate var mermaid: String {
        var text = ""
        for character in unicodeScalars {
            switch character {
            case "#", "\"", "&", "<", ">", "`", "\\", ";": text += "#\(character.value);"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }
}
