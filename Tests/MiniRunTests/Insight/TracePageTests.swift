import Testing

@testable import MiniRun

/// The lab's machines: web is 2000, api (in two networks) 2001, red 2005.
@Suite("A packet's way on the picture of a host")
struct TracePageTests {
    private static let scene = Scene(TopologySketch.lab.topology, language: .english)

    private typealias Spot = (machine: UInt64?, spot: TraceStep.Spot)

    private static func port(of bridge: String) -> TraceStep.Spot { .interface("mr1", bridge: bridge) }
    private static let eth0 = TraceStep.Spot.interface("eth0", bridge: nil)

    /// A packet that goes there by these places, and back by those.
    private func packet(
        _ there: [Spot], back: [Spot] = [], verdict: TraceVerdict = .answered("SYN,ACK", nanoseconds: 1), drop: Int = 0
    ) -> TracePage.Packet {
        let steps = (there.map { (TraceAssembly.Side.forward, $0) } + back.map { (.back, $0) }).enumerated().map {
            TraceStep(
                number: $0 + 1, side: $1.0, machine: $1.1.machine, spot: $1.1.spot, title: "place \($0 + 1)",
                what: "what", isDrop: $0 + 1 == drop)
        }
        return TracePage.Packet(title: "web → red", steps: steps, verdict: verdict)
    }

    private func marks(_ diagram: Diagram) -> Set<String> {
        Set(diagram.marks.map { "\($0.box) \($0.course.rawValue) \($0.text)" })
    }

    private func trails(_ diagram: Diagram, _ course: Diagram.Course) -> [String] {
        diagram.trails.filter { $0.course == course }.map { "\($0.edge.from) \($0.edge.to)" }
    }

    @Test("has the numbers at the boxes that it passes, and lines along the cables between")
    func passing() {
        let diagram = TraceMap(Self.scene).diagram(
            packet(
                [
                    (2000, Self.eth0), (nil, Self.port(of: "minirun0")), (nil, .hook), (2005, Self.eth0),
                    (2005, .socket),
                ],
                back: [(2005, Self.eth0), (nil, .hook), (nil, Self.port(of: "minirun0")), (2000, Self.eth0)]))
        #expect(
            marks(diagram) == [
                "n2000 there 1", "bridge-minirun0 there 2", "router there 3", "n2005 there 4–5", "n2005 back 6",
                "router back 7", "bridge-minirun0 back 8", "n2000 back 9",
            ])
        let cables = ["bridge-minirun0 n2000", "router bridge-minirun0", "router n2005"]
        #expect(trails(diagram, .there) == cables && trails(diagram, .back) == cables.reversed())
        #expect(diagram.passed == ["n2000", "bridge-minirun0", "router", "n2005"])
        // There and back lie beside each other and beside the cable, and are as straight.
        for trail in diagram.trails {
            for (start, end) in zip(trail.points, trail.points.dropFirst()) {
                #expect((start.x == end.x) != (start.y == end.y), "\(trail) is askew")
            }
        }
        #expect(Set(diagram.trails.map(\.points)).count == 6)
    }

    @Test("begins and ends at the router where the host itself has sent it")
    func host() {
        let diagram = TraceMap(Self.scene).diagram(
            packet(
                [(nil, Self.port(of: "br-lab")), (2001, .interface("eth1", bridge: nil)), (2001, .socket)],
                back: [(2001, .interface("eth1", bridge: nil)), (nil, Self.port(of: "br-lab"))]))
        // A machine of two networks is met where it is only mentioned.
        let mention = "n2001-br_2d_lab"
        #expect(
            marks(diagram) == [
                "bridge-br_2d_lab there 1", "\(mention) there 2–3", "\(mention) back 4", "bridge-br_2d_lab back 5",
            ])
        #expect(trails(diagram, .there) == ["router bridge-br_2d_lab", "bridge-br_2d_lab \(mention)"])
        #expect(trails(diagram, .back) == ["bridge-br_2d_lab \(mention)", "router bridge-br_2d_lab"])
    }

    @Test("goes on where a namespace, an interface or a bridge is not drawn")
    func unknown() {
        let diagram = TraceMap(Self.scene).diagram(
            packet([
                (9999, Self.eth0), (nil, Self.port(of: "br-new")), (2000, .interface("eth9", bridge: nil)),
                (2004, .hook),
            ]))
        #expect(marks(diagram) == ["router there 2", "n2000 there 3", "n2004 there 4"])
        // Nobody knows a cable to `still`.
        #expect(trails(diagram, .there) == ["router bridge-minirun0", "bridge-minirun0 n2000"])
        let empty = TraceMap(Scene(language: .english)).diagram(packet([(2000, Self.eth0), (nil, .hook)]))
        #expect(empty.trails.isEmpty)
    }

    @Test("is marked where it was dropped, and where it got lost")
    func end() throws {
        let way: [Spot] = [(2000, Self.eth0), (nil, Self.port(of: "minirun0")), (nil, .hook)]
        let dropped = TraceMap(Self.scene).diagram(packet(way, verdict: .dropped("by <x>", isAnswer: false), drop: 3))
        let mark = try #require(dropped.marks.first { $0.course == .stop })
        #expect(mark.box == "router" && mark.text == "✕" && mark.detail.contains("by <x>"))
        let lost = TraceMap(Self.scene).diagram(packet(Array(way.prefix(2)), verdict: .lost("nobody answers")))
        #expect(lost.marks.first { $0.course == .stop }?.box == "bridge-minirun0")
        for diagram in [dropped, lost] {
            #expect(diagram.marks.filter { $0.course == .stop }.count == 1)
            for (index, mark) in diagram.marks.enumerated() {
                #expect(!diagram.marks.dropFirst(index + 1).contains { $0.frame.overlaps(mark.frame) })
            }
        }
    }

    @Test("is a page in which nothing from outside is taken for HTML, in the reader's language")
    func page() {
        var packet = packet(
            [(2000, Self.eth0), (nil, .hook)], verdict: .dropped("<i>&\u{1b}[1m", isAnswer: false), drop: 2)
        packet.title = "<b>\"x\" → y"
        packet.steps[0].title = "<b>' eth0"
        packet.steps[1].what = "\"<script>\u{7}\""
        packet.steps[1].verdict = "<DROP>"
        let page = TracePage([packet, packet], on: Self.scene).document
        for words in ["<b>", "<i>", "<script", "<DROP>", "\u{1b}", "\u{7}"] {
            #expect(!page.contains(words), "\(words)")
        }
        #expect(page.contains("<title>&lt;b&gt;&quot;x&quot; → y</title>"))
        #expect(page.contains("&quot;&lt;script&gt;?&quot;") && page.contains("&lt;b&gt;&#39; eth0"))
        #expect(page.contains("<a href=\"#p2-n2000\">1</a>") && page.contains("id=\"p2-n2000\""))
        #expect(page.contains("class=\"there drop\"") && page.contains(">where it ended<"))
        let chinese = TracePage([packet], on: Scene(TopologySketch.lab.topology, language: .chinese)).document
        #expect(chinese.contains("<html lang=\"zh-Hans\">") && chinese.contains("<th>位置</th>"))
    }

    @Test("is numbered in ranges")
    func ranges() {
        #expect(TraceMap.ranges([2, 3, 4, 7]) == "2–4 7" && TraceMap.ranges([1]) == "1" && TraceMap.ranges([]) == "")
    }
}
