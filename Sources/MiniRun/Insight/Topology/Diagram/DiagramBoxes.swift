/// What stands in the boxes of a diagram.
struct DiagramBoxes {
    let scene: Scene
    let all: Bool

    private typealias Piece = Diagram.Piece

    func id(of machine: UInt64) -> String { "n\(machine)" }
    func id(of segment: Scene.Segment) -> String {
        "\(segment.kind == .bridge ? "bridge" : "wire")-\(segment.name.asIdentifier)"
    }
    func id(of attachment: Scene.Attachment, in segment: Scene.Segment) -> String {
        id(of: attachment.machine) + (attachment.isMain ? "" : "-\(segment.name.asIdentifier)")
    }

    // MARK: Machines

    /// A machine that is drawn in full.
    func machine(_ inode: UInt64) -> Diagram.Box? { scene.machines[inode].map { full($0, note: "") } }

    /// One in a segment; where it is only mentioned, with the interfaces that are there.
    func machine(_ attachment: Scene.Attachment, in segment: Scene.Segment) -> Diagram.Box? {
        guard var machine = scene.machines[attachment.machine] else { return nil }
        let others = scene.otherSegments(of: machine, than: segment).joined(separator: ", ")
        let note = others.isEmpty ? "" : "\(scene.say(SceneWords.alsoIn)) \(others)"
        let names = attachment.interfaces.map(\.name)
        guard !attachment.isMain else {
            machine.interfaces = attachment.interfaces + machine.interfaces.filter { !names.contains($0.name) }
            return full(machine, note: note)
        }
        let lines = attachment.interfaces.flatMap { self.lines($0) } + [[Piece(note, .faint)]]
        return Diagram.Box(
            id: id(of: attachment, in: segment), kind: kind(machine), title: machine.title, tag: "", lines: lines,
            original: id(of: machine.inode), detail: detail(machine), isForeign: machine.kind == .process)
    }

    private func full(_ machine: Scene.Machine, note: String) -> Diagram.Box {
        var lines = machine.interfaces.flatMap { self.lines($0) }
        lines += machine.gateways.map { [Piece("→ \($0)", .faint)] }
        lines += machine.published.map { [Piece("⇐ \($0.words)", $0.isForeign ? .faint : .accent)] }
        lines += machine.members.map { [Piece("+ \($0)", .strong)] }
        if !note.isEmpty { lines.append([Piece(note, .faint)]) }
        return Diagram.Box(
            id: id(of: machine.inode), kind: kind(machine), title: machine.title,
            tag: machine.kind == .container ? "" : scene.say(machine.kind), lines: lines, detail: detail(machine),
            isForeign: machine.kind == .process)
    }

    private func kind(_ machine: Scene.Machine) -> Diagram.Kind {
        switch machine.kind {
        case .container: .container
        case .named: .named
        case .process: .process
        }
    }

    /// The name with the first address; below it what else there is.
    private func lines(_ interface: Scene.Interface, isWide: Bool = false) -> [[Diagram.Piece]] {
        var first = [Piece(interface.name, .strong)]
        if let address = interface.addresses.first { first.append(Piece("  " + address)) }
        if !interface.isUp { first.append(Piece("  " + scene.say(SceneWords.down), .warning)) }
        var lines = [first]
        lines += interface.addresses.dropFirst().map { [Piece("  " + $0, .faint)] }
        if all, let mac = interface.mac, interface.kind != "loopback" { lines.append([Piece("  " + mac, .faint)]) }
        for remark in [interface.note, interface.peer.map { "↔ " + $0 }].compactMap(\.self) {
            // Where there is room, beside the name.
            if isWide {
                lines[0].append(Piece("  " + remark, .faint))
            } else {
                lines.append([Piece("  " + remark, .faint)])
            }
        }
        return lines
    }

    private func detail(_ machine: Scene.Machine) -> String {
        var lines = ["\(scene.say(machine.kind)) \(machine.title)", "net:[\(machine.inode)]"]
        if let process = machine.process { lines.append("\(scene.say(SceneWords.process)) \(process)") }
        if !machine.names.isEmpty { lines.append("ip netns exec \(machine.names.joined(separator: ", "))") }
        for interface in machine.interfaces {
            lines.append(description(interface))
        }
        lines += machine.gateways.map { "\(scene.say(SceneWords.gateway)) \($0)" }
        lines += machine.published.map { "\(scene.say(SceneWords.published)) \($0.words)" }
        return lines.joined(separator: "\n")
    }

    func description(_ interface: Scene.Interface) -> String {
        ([interface.name] + interface.addresses
            + [interface.mac, "mtu \(interface.mtu)", interface.note]
            .compactMap(\.self) + (interface.peer.map { ["↔ \($0)"] } ?? [])).joined(separator: "  ")
    }

    // MARK: Segments

    /// The bar of a bridge, or of a card that others stand on.
    func bar(_ segment: Scene.Segment) -> Diagram.Box {
        var lines = scene.remarks(on: segment).map { [Piece($0, .faint)] }
        let networks = scene.networks(of: segment)
        if !networks.isEmpty { lines.insert([Piece(networks, .plain)], at: 0) }
        if segment.attachments.isEmpty { lines.append([Piece(scene.say(SceneWords.empty), .faint)]) }
        return Diagram.Box(
            id: id(of: segment), kind: segment.kind == .bridge ? .bridge : .wire, title: segment.name,
            tag: scene.say(segment.kind), lines: lines,
            detail: ([scene.say(segment.kind) + " " + segment.name, networks] + scene.remarks(on: segment))
                .filter { !$0.isEmpty }.joined(separator: "\n"),
            isForeign: scene.isForeign(segment))
    }

    // MARK: The router

    /// So many published ports stand beside the rest; more have columns of their own.
    private static let fewPorts = 8

    private struct Block {
        var heading: String
        var lines: [[Diagram.Piece]]
        var width: Int { max(DiagramMetrics.tagWidth(heading), lines.map(DiagramMetrics.width).max() ?? 0) }
    }

    /// The router over everything, its lines in as many columns as there is room for.
    func router(width: Int) -> Diagram.Box {
        typealias Metrics = DiagramMetrics
        let router = scene.router
        var blocks = [
            Block(
                heading: scene.say(SceneWords.interfaces), lines: router.interfaces.flatMap { lines($0, isWide: true) }),
            Block(
                heading: scene.say(SceneWords.routes),
                lines: router.routes.map { route in
                    [Piece(route.destination, .strong)] + (route.gateway.map { [Piece(" → \($0)")] } ?? [])
                        + (route.interface.map { [Piece("  \($0)", .faint)] } ?? [])
                }),
            Block(
                heading: scene.say(SceneWords.masquerade),
                lines: router.masquerades.map { masquerade in
                    [
                        Piece(masquerade.subnet), Piece(" \(scene.say(SceneWords.masqueradeHint)) ", .faint),
                        Piece(masquerade.address ?? "?"),
                    ].map { masquerade.isForeign ? Piece($0.text, .faint) : $0 }
                }),
        ]
        let ports = router.ports.map { port in
            [
                Piece(port.host, .accent), Piece(" → "),
                Piece(scene.answerer(of: port), port.machine == nil ? .warning : .strong), Piece(" \(port.target)"),
            ].map { port.isForeign ? Piece($0.text, .faint) : $0 }
        }
        if ports.count <= Self.fewPorts {
            blocks.append(Block(heading: scene.say(SceneWords.published), lines: ports))
        }
        blocks.append(
            Block(heading: scene.say(SceneWords.hostMembers), lines: router.members.map { [Piece($0, .strong)] }))
        var box = Diagram.Box(
            id: "router", kind: .router, title: scene.say(SceneWords.router), tag: scene.say(SceneWords.host), lines: []
        )
        // Each where it is highest, and of such places leftmost: right of the others, or below some of them.
        var placed: [Diagram.Frame] = []
        let room = max(width, 460) - Metrics.padding
        for block in blocks where !block.lines.isEmpty {
            let height = (block.lines.count + 1) * Metrics.line
            let candidates = [Metrics.padding] + placed.map { $0.right + 36 }
            let places = candidates.filter { $0 == Metrics.padding || $0 + block.width <= room }.map { x in
                let across = placed.filter { $0.x < x + block.width + 36 && x < $0.right + 36 }
                let y = across.map { $0.bottom + 10 }.max() ?? Metrics.title
                return Diagram.Frame(x: x, y: y, width: block.width, height: height)
            }
            guard let frame = places.min(by: { ($0.y, $0.x) < ($1.y, $1.x) }) else { continue }
            placed.append(frame)
            if !block.heading.isEmpty {
                box.lines.append(
                    Diagram.Line(
                        x: frame.x, y: frame.y + Metrics.line - 6, pieces: [Piece(block.heading, .heading)]))
            }
            for (index, pieces) in block.lines.enumerated() {
                box.lines.append(
                    Diagram.Line(x: frame.x, y: frame.y + (index + 2) * Metrics.line - 5, pieces: pieces))
            }
        }
        var right = placed.map(\.right).max() ?? 0
        var bottom = placed.map(\.bottom).max() ?? Metrics.title
        if ports.count > Self.fewPorts {
            // In columns of their own, as wide as the box.
            let cell = (ports.map(Metrics.width).max() ?? 0) + 36
            let columns = max(1, (room - Metrics.padding + 36) / cell)
            let height = (ports.count + columns - 1) / columns
            box.lines.append(
                Diagram.Line(
                    x: Metrics.padding, y: bottom + 10 + Metrics.line - 6,
                    pieces: [Piece(scene.say(SceneWords.published), .heading)]))
            for (index, pieces) in ports.enumerated() {
                let x = Metrics.padding + index / height * cell
                box.lines.append(
                    Diagram.Line(x: x, y: bottom + 10 + (index % height + 2) * Metrics.line - 5, pieces: pieces))
                right = max(right, x + Metrics.width(pieces))
            }
            bottom += 10 + (height + 1) * Metrics.line
        }
        box.frame.width = max(width, right + Metrics.padding)
        box.frame.height = bottom + 12
        box.detail =
            ([scene.say(SceneWords.router) + ", " + scene.say(SceneWords.host)] + router.interfaces.map(description))
            .joined(separator: "\n")
        return box
    }
}

extension String {
    /// Letters, digits and `_` of it, what else there is by its number: an identifier for any language of pictures.
    var asIdentifier: String {
        unicodeScalars.map { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
                ? String(scalar) : "_\(String(scalar.value, radix: 16))_"
        }.joined()
    }
}
