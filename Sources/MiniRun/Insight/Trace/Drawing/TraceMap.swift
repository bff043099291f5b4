/// Finds a packet's steps on the picture of a host.
///
/// What is not drawn, because it came into being a moment ago or is nobody's, is passed over: the way then goes from the last
/// box that is known to the next one.
struct TraceMap {
    private let scene: Scene
    private let ids: DiagramBoxes

    init(_ scene: Scene) {
        self.scene = scene
        ids = DiagramBoxes(scene: scene, all: false)
    }

    /// The picture, with numbers at the boxes that the packet has come to and lines along the cables between them.
    func diagram(_ packet: TracePage.Packet) -> Diagram {
        var diagram = Diagram(scene)
        let visits = visits(packet.steps, in: diagram)
        for (side, course) in Self.sides {
            let stops = stops(visits.filter { $0.step.side == side }, side)
            for (last, next) in zip(stops, stops.dropFirst()) where last.box != next.box && !last.isSame(next) {
                diagram.trails += (diagram.way(from: last.box, to: next.box) ?? []).map { stretch in
                    Diagram.Trail(edge: stretch.edge, points: Diagram.lane(stretch), course: course)
                }
            }
        }
        mark(visits, packet.verdict, in: &diagram)
        return diagram
    }

    /// The box of each step that is in one, by the step's number.
    func boxes(of steps: [TraceStep], in diagram: Diagram) -> [Int: String] {
        Dictionary(uniqueKeysWithValues: visits(steps, in: diagram).map { ($0.step.number, $0.box) })
    }

    private static let sides: [(side: TraceAssembly.Side, course: Diagram.Course)] = [
        (.forward, .there), (.back, .back),
    ]

    // MARK: Boxes

    private typealias Visit = (step: TraceStep, box: String)

    /// A box on the way.
    private struct Stop {
        var machine: UInt64?
        var box: String

        /// Whether both are a machine that is drawn in two places: no cable is between them.
        func isSame(_ other: Stop) -> Bool { machine != nil && machine == other.machine }
    }

    /// Where the host's own packets begin, and answers to them end, is its router, whatever port of a bridge tells of them.
    private func stops(_ visits: [Visit], _ side: TraceAssembly.Side) -> [Stop] {
        var stops = visits.map { Stop(machine: $0.step.machine, box: $0.box) }
        let router = Stop(machine: nil, box: "router")
        if side == .forward, let first = stops.first, first.machine == nil { stops.insert(router, at: 0) }
        if side == .back, let last = stops.last, last.machine == nil { stops.append(router) }
        return stops
    }

    private func visits(_ steps: [TraceStep], in diagram: Diagram) -> [Visit] {
        let drawn = Set(diagram.boxes.map(\.id))
        var visits: [Visit] = []
        for step in steps {
            guard let box = box(of: step, after: visits.last), drawn.contains(box) else { continue }
            visits.append((step, box))
        }
        return visits
    }

    private func box(of step: TraceStep, after last: Visit?) -> String? {
        guard case .interface(let name, let bridge) = step.spot else {
            // Wherever the packet came into the machine.
            if let last, last.step.machine == step.machine, step.machine != nil { return last.box }
            return step.machine.map(ids.id) ?? "router"
        }
        guard let machine = step.machine else {
            let segment = scene.segments.first { $0.kind == .bridge && $0.name == bridge?.printable }
            return segment.map(ids.id) ?? "router"
        }
        for segment in scene.segments {
            for attachment in segment.attachments where attachment.machine == machine {
                if attachment.interfaces.contains(where: { $0.name == name.printable }) {
                    return ids.id(of: attachment, in: segment)
                }
            }
        }
        return ids.id(of: machine)
    }

    // MARK: Marks

    private func mark(_ visits: [Visit], _ verdict: TraceVerdict, in diagram: inout Diagram) {
        var lost: Visit?
        if case .lost = verdict { lost = visits.last { $0.step.side == .forward } }
        for box in diagram.boxes {
            let here = visits.filter { $0.box == box.id }
            var x = box.frame.x + 10
            func add(_ text: String, _ course: Diagram.Course, _ detail: [String]) {
                let width = DiagramMetrics.tagWidth(text) + 14
                let frame = Diagram.Frame(x: x, y: box.frame.y - 12, width: width, height: 18)
                diagram.marks.append(
                    Diagram.Mark(
                        box: box.id, frame: frame, text: text, course: course,
                        detail: detail.map(\.printable).joined(separator: "\n")))
                x += width + 4
            }
            for (side, course) in Self.sides {
                let steps = here.map(\.step).filter { $0.side == side }
                guard !steps.isEmpty else { continue }
                add(Self.ranges(steps.map(\.number)), course, steps.map { "\($0.number) \($0.title)  \($0.text)" })
            }
            if here.contains(where: \.step.isDrop) { add("✕", .stop, [TraceWords.text(verdict)]) }
            if lost?.box == box.id { add("?", .stop, [TraceWords.text(verdict)]) }
        }
    }

    /// `2–4 7` of 2, 3, 4, 7.
    static func ranges(_ numbers: [Int]) -> String {
        var ranges: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = ranges.last, last.upperBound + 1 == number {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" }
            .joined(separator: " ")
    }
}
