/// Traced packets in a page: the way of each drawn on the picture of the host, and beside it its steps in words.
struct TracePage {
    /// One packet, as the page tells of it.
    struct Packet: Sendable, Hashable {
        /// `web → 192.168.66.50:80/tcp`.
        var title: String
        var steps: [TraceStep]
        var verdict: TraceVerdict
    }

    private let scene: Scene
    private let packets: [Packet]

    /// The page for packets that have gone through a host.
    init(_ packets: [Packet], on scene: Scene) {
        self.scene = scene
        self.packets = packets
    }

    /// The file.
    var document: String {
        HTMLPage(
            title: safe(packets.first?.title ?? ""), language: scene.language,
            style: HTMLPage.aroundPicture + Self.style,
            body: packets.enumerated().map { article($1, prefix: "p\($0 + 1)-") }.joined(separator: "\n")
        ).document
    }

    private func article(_ packet: Packet, prefix: String) -> String {
        let map = TraceMap(scene)
        let diagram = map.diagram(packet)
        let isGood = packet.verdict.isGood
        return """
            <article>
            <header><h1>\(safe(packet.title).xml)</h1><p class="verdict\(isGood ? "" : " bad")">\
            \(safe(TraceWords.text(packet.verdict)).xml)</p>\(legend)</header>
            <main>
            <figure style="max-width: \(diagram.width)px">
            \(SVGDrawing(diagram, title: safe(packet.title), prefix: prefix).element(sized: false))</figure>
            \(table(packet, map.boxes(of: packet.steps, in: diagram), prefix: prefix))</main>
            </article>
            """
    }

    private var legend: String {
        let entries: [(Diagram.Course, Phrase)] = [
            (.there, TraceWords.there), (.back, TraceWords.andBack), (.stop, TraceWords.end),
        ]
        return "<p class=\"legend\">"
            + entries.map { "<span class=\"\($0.rawValue)\">\(scene.say($1).xml)</span>" }.joined() + "</p>"
    }

    // MARK: Steps

    private func table(_ packet: Packet, _ boxes: [Int: String], prefix: String) -> String {
        let heads = [TraceWords.place, TraceWords.addresses, TraceWords.event, TraceWords.decision].map {
            "<th>\(scene.say($0).xml)</th>"
        }
        let rows = packet.steps.map { step in
            let number =
                boxes[step.number].map { "<a href=\"#\(prefix)\($0)\">\(step.number)</a>" } ?? "<b>\(step.number)</b>"
            let addresses = [step.flow].compactMap(\.self) + step.changes.map { "⇒ \($0)" }
            return """
                <tr class="\(step.side == .forward ? "there" : "back")\(step.isDrop ? " drop" : "")"><td>\(number)</td>\
                <th>\(safe(step.title).xml)</th><td>\(addresses.map(\.xml).joined(separator: "<br>"))</td>\
                <td>\(safe(step.what).xml)</td><td class="decision">\((step.verdict ?? "").xml)</td></tr>

                """
        }
        return """
            <table><thead><tr><th></th>\(heads.joined())</tr></thead>
            <tbody>
            \(rows.joined())</tbody></table>

            """
    }

    /// What others have named themselves, without what neither a terminal nor a page should take for a command.
    private func safe(_ text: String) -> String { text.printable }

    private static let style = """
        main { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 8px 28px; padding: 0 28px 40px; }
        figure { flex: 3 1 780px; margin: 0 -28px; } main table { flex: 2 1 520px; margin-top: 28px; } tbody th, .decision { white-space: nowrap; }
        .legend .there, .legend .back, .legend .stop { --swatch: var(--course); }
        header .verdict { color: var(--text); font-weight: 600; } header .verdict.bad, .drop .decision { color: var(--stop); }
        td a, td b { display: inline-block; min-width: 12px; padding: 0 5px; border-radius: 9px; background: var(--course); color: var(--badge); font-weight: 600; text-align: center; text-decoration: none; }
        .drop td, .drop th { background: color-mix(in srgb, var(--stop) 12%, transparent); }

        """
}
