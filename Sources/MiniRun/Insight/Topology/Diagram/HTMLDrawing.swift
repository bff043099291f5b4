/// A diagram in a page, with everything in words below it. One file, no script.
struct HTMLDrawing {
    private let scene: Scene
    private let diagram: Diagram

    /// The page for a scene.
    init(_ scene: Scene, diagram: Diagram) {
        self.scene = scene
        self.diagram = diagram
    }

    /// The file.
    var document: String {
        let title = scene.say(SceneWords.title)
        let svg = SVGDrawing(diagram, title: title)
        let containers = scene.machines.values.filter { $0.kind == .container }.count
        let summary = scene.say(
            SceneWords.count(
                bridges: scene.segments.filter { $0.kind == .bridge }.count, containers: containers,
                others: scene.machines.count - containers))
        return HTMLPage(
            title: title, language: scene.language, style: HTMLPage.aroundPicture + Self.style,
            body: """
                <header><h1>\(title.xml)</h1><p>\(summary.xml)</p>\(legend)</header>
                <main style="max-width: \(diagram.width)px">
                \(svg.element(sized: false))</main>
                <section><details><summary>\(scene.say(SceneWords.details).xml)</summary>
                \(table)</details></section>
                """
        ).document
    }

    private var legend: String {
        let entries: [(String, Phrase)] = [
            ("router", SceneWords.router), ("bridge", SceneWords.bridge), ("wire", SceneWords.wire),
            ("container", SceneWords.container), ("named", SceneWords.named), ("process", SceneWords.foreign),
        ]
        let kinds = Set(diagram.boxes.map(\.kind.rawValue))
        return "<p class=\"legend\">"
            + entries.filter { kinds.contains($0.0) }.map { kind, phrase in
                "<span class=\"\(kind)\">\(scene.say(phrase).xml)</span>"
            }.joined() + "</p>"
    }

    /// Every interface of every namespace.
    private var table: String {
        var rows = ""
        func add(_ owner: String, _ kind: String, _ interfaces: [Scene.Interface]) {
            for (index, interface) in interfaces.enumerated() {
                let head =
                    index == 0
                    ? "<th rowspan=\"\(interfaces.count)\">\(owner.xml) <small>\(kind.xml)</small></th>" : ""
                let rest = [interface.note, interface.peer.map { "↔ \($0)" }].compactMap(\.self).joined(separator: " ")
                rows +=
                    "<tr>\(head)<td>\(interface.name.xml)</td><td>\(interface.addresses.joined(separator: "<br>"))</td>"
                    + "<td>\(interface.mac ?? "")</td><td>\(interface.mtu)</td><td>\(rest.xml)</td></tr>\n"
            }
        }
        add(scene.say(SceneWords.router), scene.say(SceneWords.host), scene.router.interfaces)
        let drawn = scene.segments.flatMap(\.attachments).filter(\.isMain).map(\.machine) + scene.beside + scene.alone
        for machine in drawn.compactMap({ scene.machines[$0] }) {
            add(machine.title, scene.say(machine.kind), machine.interfaces)
        }
        return """
            <table><thead><tr><th></th><th>\(scene.say(SceneWords.interface).xml)</th><th>\(scene.say(SceneWords.addresses).xml)</th>\
            <th>MAC</th><th>MTU</th><th></th></tr></thead>
            <tbody>
            \(rows)</tbody></table>

            """
    }

    private static let style = """
        .legend .router { --swatch: var(--router); } .legend .bridge { --swatch: var(--bridge); } .legend .wire { --swatch: var(--wire); }
        .legend .container { --swatch: var(--container-edge); } .legend .named { --swatch: var(--named); } .legend .process { --swatch: var(--other); }
        main { min-width: 720px; }
        .topology:has(.box:hover) .box:not(:hover) { opacity: .75; }

        """
}
