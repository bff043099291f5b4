/// What a topology can be printed as.
public enum TopologyFormat: String, Sendable, CaseIterable {
    /// Lines and boxes for a terminal.
    case text
    /// A picture.
    case svg
    /// A page with the picture.
    case html
    /// For graphviz.
    case dot
    /// For Mermaid.
    case mermaid
    /// For programs.
    case json
}

extension Topology {
    /// All of it as a file of this format. `width` is that of the terminal.
    public func printed(
        as format: TopologyFormat, all: Bool = false, width: Int = 80, colours: Bool = false,
        language: Language = .current
    ) -> String {
        if format == .json { return json.pretty + "\n" }
        let scene = Scene(self, all: all, language: language)
        switch format {
        case .text, .json: return TextDrawing(scene, width: width, all: all).text(colours: colours)
        case .svg: return SVGDrawing(Diagram(scene, all: all), title: scene.say(SceneWords.title)).document
        case .html: return HTMLDrawing(scene, diagram: Diagram(scene, all: all)).document
        case .dot: return GraphDrawing(scene, all: all).dot
        case .mermaid: return GraphDrawing(scene, all: all).mermaid
        }
    }
}
