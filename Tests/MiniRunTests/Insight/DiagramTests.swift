import Testing

@testable import MiniRun

@Suite("The layout of a topology's picture")
struct DiagramTests {
    private static let sketches: [TopologySketch] = [.lab, .many(3), .many(60), .many(200), TopologySketch()]

    @Test("puts no box on another, and none outside", arguments: sketches.indices, [false, true])
    func nothingOverlaps(index: Int, all: Bool) {
        let diagram = Diagram(Scene(Self.sketches[index].topology, all: all, language: .english), all: all)
        for (number, box) in diagram.boxes.enumerated() {
            #expect(box.frame.x >= 0 && box.frame.y >= 0 && box.frame.right <= diagram.width)
            #expect(box.frame.bottom <= diagram.height)
            for other in diagram.boxes.dropFirst(number + 1) {
                #expect(!box.frame.overlaps(other.frame), "\(box.id) \(other.id)")
            }
        }
    }

    @Test("has room in every box for its text", arguments: sketches.indices, Language.allCases)
    func textFits(index: Int, language: Language) {
        let diagram = Diagram(Scene(Self.sketches[index].topology, language: language))
        for box in diagram.boxes {
            for line in box.lines {
                let width = DiagramMetrics.width(line.pieces.map(\.text).joined())
                #expect(line.x + width <= box.frame.width, "\(box.id) \(line)")
                #expect(line.y <= box.frame.height, "\(box.id) \(line)")
            }
        }
    }

    @Test("lets no cable run through a box", arguments: sketches.indices)
    func cablesGoAround(index: Int) {
        let diagram = Diagram(Scene(Self.sketches[index].topology, language: .english))
        for edge in diagram.edges {
            for (start, end) in zip(edge.points, edge.points.dropFirst()) {
                #expect(start.x == end.x || start.y == end.y, "\(edge) is askew")
                // One pixel less at each end, where it touches its own boxes.
                let stretch = Diagram.Frame(
                    x: min(start.x, end.x), y: min(start.y, end.y), width: max(abs(start.x - end.x), 1),
                    height: max(abs(start.y - end.y), 1))
                for box in diagram.boxes where box.id != edge.from && box.id != edge.to {
                    #expect(!stretch.overlaps(box.frame), "\(edge.from)-\(edge.to) through \(box.id)")
                }
            }
        }
    }

    @Test("has a box for everybody, once, and every cable ends at one")
    func everybody() {
        let topology = TopologySketch.many(60).topology
        let diagram = Diagram(Scene(topology, language: .english))
        let machines = topology.places.dropFirst().map { "n\($0.inode)" }
        let ids = diagram.boxes.map(\.id)
        #expect(Set(ids).count == ids.count)
        #expect(Set(ids) == Set(machines + ["router", "bridge-br0", "bridge-br1", "bridge-br2"]))
        for edge in diagram.edges {
            #expect(ids.contains(edge.from) && ids.contains(edge.to), "\(edge)")
        }
        // The router's three bridges and the namespace made by hand; everybody else but one hangs on a bridge.
        #expect(diagram.edges.filter { $0.from == "router" }.count == 4)
        #expect(diagram.edges.count == 4 + 60)
    }

    @Test("names in a second network those that are drawn in the first")
    func mention() throws {
        let diagram = Diagram(Scene(TopologySketch.lab.topology, language: .english))
        let mention = try #require(diagram.boxes.first { $0.original != nil })
        #expect(mention.title == "api")
        #expect(diagram.boxes.contains { $0.id == mention.original && $0.title == "api" })
    }

    @Test("keeps what XML, graphviz and Mermaid take for theirs out of their sight")
    func escapes() {
        var sketch = TopologySketch()
        sketch.add(.process(pid: 5, command: "<b>\"&'\\#;\u{1b}[31m\u{7}"), [.cable("10.0.0.2/24")])
        let scene = Scene(sketch.topology, language: .english)
        let svg = SVGDrawing(Diagram(scene), title: "a<b").document
        #expect(svg.contains("&lt;b&gt;&quot;&amp;&#39;\\#;?[31m? (5)"))
        #expect(svg.contains("<title>a&lt;b</title>"))
        #expect(GraphDrawing(scene).dot.contains("<b>\\\"&'\\\\#;?[31m? (5)"))
        #expect(GraphDrawing(scene).mermaid.contains("#60;b#62;#34;#38;'#92;#35;#59;?[31m? (5)"))
        for format in TopologyFormat.allCases where format != .json {
            #expect(!sketch.topology.printed(as: format, language: .english).contains("\u{1b}"), "\(format)")
        }
    }
}
