extension Diagram {
    /// Gives everything in a scene its place: the router on top, below it the bridges with their machines in rows, what is
    /// connected otherwise on the right, and what is not connected at all in the end.
    init(_ scene: Scene, all: Bool = false) {
        var layout = DiagramLayout(scene: scene, maker: DiagramBoxes(scene: scene, all: all))
        layout.place()
        self = layout.diagram
    }
}

private struct DiagramLayout {
    typealias Metrics = DiagramMetrics
    let scene: Scene
    let maker: DiagramBoxes
    var diagram = Diagram()

    init(scene: Scene, maker: DiagramBoxes) {
        self.scene = scene
        self.maker = maker
    }

    /// A segment with its machines, laid out from its own corner.
    private struct Panel {
        var bar: Diagram.Box
        var boxes: [Diagram.Box] = []
        var edges: [Diagram.Edge] = []
        var width: Int
        var height: Int
    }

    mutating func place() {
        let panels = scene.segments.map(panel)
        // Rows of panels.
        var shelves: [[Panel]] = []
        var used = 0
        for panel in panels {
            if shelves.isEmpty || used + Metrics.part + panel.width > Metrics.room {
                shelves.append([])
                used = -Metrics.part
            }
            shelves[shelves.count - 1].append(panel)
            used += Metrics.part + panel.width
        }
        let left = Metrics.margin
        // Cables to later rows run down left of the earlier ones.
        let inset = shelves.count > 1 ? 26 : 0
        let widest = shelves.map { $0.reduce(-Metrics.part) { $0 + Metrics.part + $1.width } }.max() ?? 0
        let alone = grid(scene.alone.compactMap { maker.machine($0) }, room: max(widest + inset, 900))
        let width = max(widest + inset, alone.width, 460)
        var router = maker.router(width: width)
        router.frame.x = left
        router.frame.y = Metrics.margin
        diagram.boxes.append(router)
        var y = router.frame.bottom + Metrics.part
        for (number, shelf) in shelves.enumerated() {
            var x = left + inset
            for panel in shelf {
                add(panel, x: x, y: y)
                let bar = panel.bar.frame
                let end = Diagram.Point(x: x + bar.width / 2, y: y)
                let start = router.frame.bottom
                let points =
                    number == 0
                    ? [Diagram.Point(x: end.x, y: start), end]
                    : [
                        Diagram.Point(x: left + 8, y: start), Diagram.Point(x: left + 8, y: y - Metrics.part / 2),
                        Diagram.Point(x: end.x, y: y - Metrics.part / 2), end,
                    ]
                var edge = Diagram.Edge(points: points, from: router.id, to: panel.bar.id, kind: .router)
                edge.isDashed = panel.bar.kind == .bridge && !isRouted(panel.bar)
                edge.detail = panel.bar.title
                diagram.edges.append(edge)
                x += panel.width + Metrics.part
            }
            y += (shelf.map(\.height).max() ?? 0) + Metrics.part
        }
        placeBeside(router.frame, x: max(left + width, router.frame.right) + Metrics.gutter)
        if !alone.boxes.isEmpty {
            heading(SceneWords.alone, x: left, y: y)
            for box in alone.boxes { add(box, x: left, y: y + 16) }
        }
        fit()
    }

    private func isRouted(_ bar: Diagram.Box) -> Bool {
        scene.segments.first { maker.id(of: $0) == bar.id }?.isRouted ?? true
    }

    private mutating func heading(_ phrase: Phrase, x: Int, y: Int) {
        diagram.headings.append(Diagram.Heading(at: Diagram.Point(x: x, y: y), text: scene.say(phrase)))
    }

    private mutating func add(_ box: Diagram.Box, x: Int, y: Int) {
        var box = box
        box.frame.x += x
        box.frame.y += y
        diagram.boxes.append(box)
    }

    private mutating func add(_ panel: Panel, x: Int, y: Int) {
        add(panel.bar, x: x, y: y)
        for box in panel.boxes { add(box, x: x, y: y) }
        for var edge in panel.edges {
            edge.points = edge.points.map { Diagram.Point(x: $0.x + x, y: $0.y + y) }
            diagram.edges.append(edge)
        }
    }

    private mutating func fit() {
        let frames = diagram.boxes.map(\.frame)
        let points = diagram.edges.flatMap(\.points)
        diagram.width = max(frames.map(\.right).max() ?? 0, points.map(\.x).max() ?? 0) + Metrics.margin
        diagram.height = (frames.map(\.bottom).max() ?? 0) + Metrics.margin
    }

    // MARK: A segment

    /// The bar of a segment over its machines. One row hangs on the bar itself; of several, each hangs on a line that comes
    /// from a spine on the left.
    private func panel(_ segment: Scene.Segment) -> Panel {
        let machines = segment.attachments.compactMap { maker.machine($0, in: segment) }
        var bar = maker.bar(segment)
        guard !machines.isEmpty else {
            return Panel(bar: bar, width: bar.frame.width, height: bar.frame.height)
        }
        let cell = machines.map(\.frame.width).max() ?? 0
        let columns = Self.columns(machines.count, cell: cell)
        let rows = stride(from: 0, to: machines.count, by: columns).map { Array(machines[$0...].prefix(columns)) }
        let inset = rows.count > 1 ? 24 : 0
        var panel = Panel(bar: bar, width: 0, height: 0)
        let inner = columns * (cell + Metrics.gap) - Metrics.gap
        panel.width = max(bar.frame.width, inset + inner)
        bar.frame.width = panel.width
        panel.bar = bar
        // A wide bar over few machines has them in its middle.
        let start = inset == 0 ? (panel.width - inner) / 2 : inset
        var y = bar.frame.bottom + Metrics.drop
        for row in rows {
            let height = row.map(\.frame.height).max() ?? 0
            for (column, machine) in row.enumerated() {
                var box = machine
                box.frame = Diagram.Frame(
                    x: start + column * (cell + Metrics.gap), y: y, width: cell, height: height)
                let top = Diagram.Point(x: box.frame.middle, y: y)
                let bus = y - Metrics.drop / 2
                var edge = Diagram.Edge(
                    points: inset == 0
                        ? [Diagram.Point(x: top.x, y: bar.frame.bottom), top]
                        : [
                            Diagram.Point(x: 10, y: bar.frame.bottom), Diagram.Point(x: 10, y: bus),
                            Diagram.Point(x: top.x, y: bus), top,
                        ], from: bar.id, to: box.id, kind: bar.isForeign ? .process : bar.kind)
                edge.isDashed = bar.kind == .wire
                edge.detail = "\(segment.name) – \(box.title)"
                panel.boxes.append(box)
                panel.edges.append(edge)
            }
            y += height + Metrics.drop
        }
        panel.height = y - Metrics.drop
        return panel
    }

    /// Rather wide than high, but no wider than the picture is to be.
    private static func columns(_ count: Int, cell: Int) -> Int {
        let most = max(1, (Metrics.room - 24 + Metrics.gap) / (cell + Metrics.gap))
        if count <= 4 { return min(count, most) }
        return min(most, max(4, Int((Double(count) * 1.8).squareRoot().rounded(.up))))
    }

    /// Boxes side by side without cables.
    private func grid(_ boxes: [Diagram.Box], room: Int) -> (boxes: [Diagram.Box], width: Int) {
        guard let cell = boxes.map(\.frame.width).max() else { return ([], 0) }
        let columns = min(boxes.count, max(1, (room + Metrics.gap) / (cell + Metrics.gap)))
        var placed: [Diagram.Box] = []
        var y = 0
        for start in stride(from: 0, to: boxes.count, by: columns) {
            let row = boxes[start...].prefix(columns)
            let height = row.map(\.frame.height).max() ?? 0
            for (column, box) in row.enumerated() {
                var box = box
                box.frame = Diagram.Frame(
                    x: column * (cell + Metrics.gap), y: y, width: cell, height: height)
                placed.append(box)
            }
            y += height + Metrics.gap
        }
        return (placed, columns * (cell + Metrics.gap) - Metrics.gap)
    }

    // MARK: Beside

    /// A column on the right. Cables to the router run in lanes left of it, those among the column's boxes right of it.
    private mutating func placeBeside(_ router: Diagram.Frame, x: Int) {
        var y = router.y
        let machines = scene.beside.compactMap { maker.machine($0) }
        let width = machines.map(\.frame.width).max() ?? 0
        var frames: [String: Diagram.Frame] = [:]
        for var box in machines {
            // As many cables as there are need their places at the side.
            let ends = scene.cables.filter { maker.id(of: $0.machine) == box.id || $0.other.map(maker.id) == box.id }
            box.frame = Diagram.Frame(
                x: x, y: y, width: width, height: max(box.frame.height, 24 + ends.count * 12))
            frames[box.id] = box.frame
            diagram.boxes.append(box)
            y = box.frame.bottom + 22
        }
        var ends: [String: Int] = [:]
        func port(_ id: String) -> Int {
            ends[id, default: 0] += 1
            return 10 + (ends[id] ?? 0) * 12
        }
        let toRouter = scene.cables.filter { $0.other == nil }
        for (number, cable) in toRouter.enumerated() {
            let id = maker.id(of: cable.machine)
            guard let frame = frames[id] else { continue }
            // The first is straight. Of the others, a lower box has its cable begin lower and run further left: then no
            // two cross.
            let end = Diagram.Point(x: frame.x, y: frame.y + port(id))
            let y = number == 0 ? end.y : router.y + 22 + number * 12
            let start = Diagram.Point(x: router.right, y: min(y, router.bottom - 8))
            let lane = x - 14 - min(number, 4) * 10
            let points =
                start.y == end.y
                ? [start, end] : [start, Diagram.Point(x: lane, y: start.y), Diagram.Point(x: lane, y: end.y), end]
            diagram.edges.append(edge(cable, points, from: "router", to: id))
        }
        var lane = x + width + 16
        for cable in scene.cables {
            guard let other = cable.other, let here = frames[maker.id(of: cable.machine)] else { continue }
            let there = frames[maker.id(of: other)]
            let from = maker.id(of: cable.machine)
            if let there {
                let to = maker.id(of: other)
                let start = Diagram.Point(x: here.right, y: here.y + port(from))
                let end = Diagram.Point(x: there.right, y: there.y + port(to))
                let points = [start, Diagram.Point(x: lane, y: start.y), Diagram.Point(x: lane, y: end.y), end]
                diagram.edges.append(edge(cable, points, from: from, to: to))
                lane += 12
            }
        }
    }

    private func edge(_ cable: Scene.Cable, _ points: [Diagram.Point], from: String, to: String) -> Diagram.Edge {
        let there = cable.other.flatMap { scene.machines[$0]?.title } ?? scene.say(SceneWords.host)
        let here = scene.machines[cable.machine]?.title ?? ""
        return Diagram.Edge(
            points: points, from: from, to: to, kind: .named,
            detail: "\(here) \(cable.interface) – \(there) \(cable.otherInterface)")
    }
}
