/// A scene as lines of text: the router on top, its trunk down the left side, on it a box for each bridge, and beneath each
/// the machines in it, in rows as wide as the terminal.
struct TextDrawing {
    private let scene: Scene
    private let width: Int
    private let showsMACs: Bool
    private var lines: [StyledText] = []

    /// How far the parts stand in; less where there is little room.
    private struct Margins {
        var trunk: Int
        var box: Int
        var spine: Int
        var machine: Int
    }
    private let margins: Margins

    /// Draws a scene this wide. `all` shows what there is room for on wide terminals anyway: MAC addresses.
    init(_ scene: Scene, width: Int, all: Bool = false) {
        self.scene = scene
        self.width = min(max(width, 24), 160)
        showsMACs = all || width >= 120
        margins =
            width < 60
            ? Margins(trunk: 1, box: 3, spine: 5, machine: 7) : Margins(trunk: 2, box: 5, spine: 7, machine: 9)
        draw()
    }

    /// The text, every line ended; with `rows`, only so many and a word about the rest.
    func text(colours: Bool, rows: Int? = nil) -> String {
        var shown = lines
        if let rows, lines.count > rows {
            shown = Array(lines.prefix(max(0, rows - 1)))
            shown.append(StyledText(scene.say(SceneWords.more(lines.count - shown.count)), .faint))
        }
        return shown.text(colours: colours)
    }

    // MARK: The whole

    private mutating func draw() {
        let hanging = scene.beside.filter { machine in
            scene.cables.contains { $0.machine == machine && $0.other == nil }
        }
        let loose = scene.beside.filter { !hanging.contains($0) }
        let hasTrunk = !scene.segments.isEmpty || !hanging.isEmpty
        var router = routerBox()
        router.leaves = hasTrunk ? margins.trunk : nil
        lines += router.drawn(width: width)
        for (index, segment) in scene.segments.enumerated() {
            draw(segment, isLast: index == scene.segments.count - 1 && hanging.isEmpty)
        }
        if !hanging.isEmpty {
            lines.append(prefix(trunk: true))
            drawRows(hanging.compactMap(machineBox), margin: margins.box, spine: (StyledText(), margins.trunk, .router))
        }
        if !loose.isEmpty {
            heading(SceneWords.beside)
            drawRows(loose.compactMap(machineBox), margin: 2, spine: nil)
        }
        if !scene.alone.isEmpty {
            heading(SceneWords.alone)
            let names = scene.alone.compactMap { scene.machines[$0] }.map { machine in
                StyledText(machine.title, look(machine))
            }
            lines += StyledText.wrapped([StyledText(" ")] + names, width: width, indent: 2)
        }
    }

    private mutating func heading(_ phrase: Phrase) {
        lines.append(StyledText())
        lines.append(StyledText(scene.say(phrase) + ":", .faint))
    }

    /// The start of a line: the trunk, when it goes on.
    private func prefix(trunk: Bool) -> StyledText {
        var text = StyledText()
        text.pad(to: margins.trunk)
        text.append(trunk ? "│" : " ", .router)
        return text
    }

    // MARK: The router

    private func routerBox() -> TextBox {
        let router = scene.router
        // Names of interfaces and words about what follows both stand in the first column, and look different.
        var rows: [(label: StyledText, words: [StyledText])] = []
        func add(_ phrase: Phrase, _ all: [[StyledText]]) {
            // Where there is little room, the label has a line of its own.
            if width < 60, !all.isEmpty { rows.append((StyledText(scene.say(phrase), .bold), [])) }
            for (index, words) in all.enumerated() {
                rows.append((StyledText(index == 0 && width >= 60 ? scene.say(phrase) : "", .bold), words))
            }
        }
        for interface in router.interfaces {
            rows.append((StyledText(interface.name, .accent), words(interface, named: false)))
        }
        add(
            SceneWords.routes,
            router.routes.map { route in
                [StyledText(route.destination)]
                    + (route.gateway.map { [StyledText("→ \($0)")] } ?? [])
                    + (route.interface.map { [StyledText($0, .faint)] } ?? [])
            })
        add(
            SceneWords.masquerade,
            router.masquerades.map { masquerade in
                [
                    StyledText(masquerade.subnet),
                    StyledText(scene.say(SceneWords.masqueradeHint), .faint),
                    StyledText(masquerade.address ?? "?"),
                ].map { masquerade.isForeign ? $0.dimmed() : $0 }
            })
        add(SceneWords.published, router.ports.map(words))
        if !router.members.isEmpty {
            add(SceneWords.hostMembers, [router.members.map { StyledText($0, .container) }])
        }
        let column = min(max(rows.map(\.label.width).max() ?? 0, 4), width < 60 ? 10 : 16) + 1
        var lines: [StyledText] = []
        for row in rows {
            var label = row.label
            if width >= 60 || label.width > 0 { label.pad(to: row.words.isEmpty ? 0 : column - 1) }
            // Of an item below its label, what is wrapped stands further in than the item.
            let indent = width >= 60 ? column : row.label.width == 0 ? 4 : 2
            lines += StyledText.wrapped(
                (label.width > 0 ? [label] : [StyledText(" ")]) + row.words, width: width - 4, indent: indent)
        }
        var title = StyledText(scene.say(SceneWords.router), .router)
        title.append(" · \(scene.say(SceneWords.host))", .faint)
        return TextBox(title: title, lines: lines, look: .router)
    }

    private func words(_ port: Scene.Port) -> [StyledText] {
        let kind = port.machine.flatMap { scene.machines[$0] }
        return [
            StyledText(port.host, .accent), StyledText("→"),
            StyledText(scene.answerer(of: port), kind.map(look) ?? .warning), StyledText(port.target),
        ].map { port.isForeign ? $0.dimmed() : $0 }
    }

    // MARK: Segments

    private mutating func draw(_ segment: Scene.Segment, isLast: Bool) {
        let isForeign = scene.isForeign(segment)
        let look: StyledText.Look = isForeign ? .faint : .bridge
        var headline = [StyledText("\(scene.say(segment.kind)) \(segment.name)", look)]
        let networks = scene.networks(of: segment)
        if !networks.isEmpty { headline.append(StyledText("· \(networks)", .faint)) }
        if segment.attachments.isEmpty { headline.append(StyledText("· \(scene.say(SceneWords.empty))", .faint)) }
        var box = TextBox(
            title: StyledText(), lines: [], border: segment.kind == .bridge ? .double : .round, look: look)
        let inner = width - margins.box - 4
        box.lines = StyledText.wrapped(headline, width: inner, indent: 2)
        for remark in scene.remarks(on: segment) {
            box.lines += StyledText.wrapped(
                remark.split(separator: " ").map { StyledText(String($0), .faint) }, width: inner, indent: 2)
        }
        let hasSpine = !segment.attachments.isEmpty
        box.leaves = hasSpine ? margins.spine - margins.box : nil
        lines.append(prefix(trunk: true))
        for (index, row) in box.drawn(width: width - margins.box, hold: .beside).enumerated() {
            var line = prefix(trunk: index == 0 || !isLast)
            if index == 1 {
                line = StyledText()
                line.pad(to: margins.trunk)
                // Without an address in it, the router is not in the bridge: the picture keeps it near, by dots.
                let dash = segment.isRouted || segment.kind == .wire ? "─" : "┄"
                line.append(isLast ? "╰" : "├", .router)
                line.append(String(repeating: dash, count: margins.box - margins.trunk - 1), .router)
            }
            line.pad(to: margins.box)
            line.append(row)
            lines.append(line)
        }
        guard hasSpine else { return }
        let trunk = isLast ? StyledText() : prefix(trunk: true)
        if segment.attachments.count > 24, width >= 60 {
            drawList(segment, from: trunk)
        } else {
            let boxes = segment.attachments.compactMap { attachmentBox($0, in: segment) }
            drawRows(boxes, margin: margins.machine, spine: (trunk, margins.spine, look))
        }
    }

    /// Many machines: one line each.
    private mutating func drawList(_ segment: Scene.Segment, from trunk: StyledText) {
        let machines = segment.attachments.compactMap { attachment in
            scene.machines[attachment.machine].map { (machine: $0, attachment: attachment) }
        }
        let column = min(machines.map { TextTable.width(of: $0.machine.title) }.max() ?? 0, 24) + 2
        for (index, entry) in machines.enumerated() {
            var line = trunk
            line.pad(to: margins.spine)
            line.append(index == machines.count - 1 ? "╰─ " : "├─ ", .bridge)
            let start = line.width
            line.append(StyledText(entry.machine.title, look(entry.machine)).shortened(to: 24))
            line.pad(to: start + column)
            for interface in entry.attachment.interfaces {
                for word in words(interface) {
                    line.append(word)
                    line.append(" ")
                }
            }
            if entry.attachment.isMain {
                for port in entry.machine.published {
                    line.append(words(port))
                    line.append(" ")
                }
            } else {
                line.append("(\(scene.say(SceneWords.alsoIn)) \(others(entry.machine, segment)))", .faint)
            }
            lines.append(line.shortened(to: width))
        }
    }

    // MARK: Machines

    private func others(_ machine: Scene.Machine, _ segment: Scene.Segment) -> String {
        scene.otherSegments(of: machine, than: segment).joined(separator: ", ")
    }

    private func look(_ machine: Scene.Machine) -> StyledText.Look {
        switch machine.kind {
        case .container: .container
        case .named: .named
        case .process: .faint
        }
    }

    private func attachmentBox(_ attachment: Scene.Attachment, in segment: Scene.Segment) -> TextBox? {
        guard let machine = scene.machines[attachment.machine] else { return nil }
        if attachment.isMain {
            var rest = machine
            // The interfaces in this segment first; those in others after them.
            let names = attachment.interfaces.map(\.name)
            rest.interfaces = attachment.interfaces + machine.interfaces.filter { !names.contains($0.name) }
            return box(rest, note: others(rest, segment))
        }
        var short = machine
        short.interfaces = attachment.interfaces
        short.gateways = []
        short.published = []
        short.members = []
        var box = box(short, note: others(short, segment))
        box.border = .dashed
        return box
    }

    private func machineBox(_ inode: UInt64) -> TextBox? { scene.machines[inode].map { box($0, note: "") } }

    /// A box with lines that are still to be wrapped: a width is found for all of a row's.
    private func box(_ machine: Scene.Machine, note: String) -> TextBox {
        var rows = machine.interfaces.flatMap { interface -> [[StyledText]] in
            var first = interface
            first.addresses = Array(interface.addresses.prefix(1))
            return [words(first)] + interface.addresses.dropFirst().map { [StyledText("  " + $0)] }
        }
        if !machine.gateways.isEmpty { rows.append(machine.gateways.map { StyledText("→ \($0)", .faint) }) }
        rows += machine.published.map { [words($0)] }
        if !machine.members.isEmpty { rows.append(machine.members.map { StyledText("+ \($0)", .container) }) }
        if !note.isEmpty { rows.append([StyledText("\(scene.say(SceneWords.alsoIn)) \(note)", .faint)]) }
        let room = width - margins.machine - 4
        let isForeign = machine.kind == .process
        let lines = rows.flatMap { words in
            StyledText.wrapped(words, width: room, indent: 2).map { isForeign ? $0.dimmed() : $0 }
        }
        return TextBox(
            title: StyledText(machine.title, look(machine)), lines: lines.isEmpty ? [StyledText()] : lines,
            look: isForeign ? .faint : .plain)
    }

    private func words(_ opening: Scene.Opening) -> StyledText {
        StyledText("⇐ \(opening.words)", opening.isForeign ? .faint : .accent)
    }

    private func words(_ interface: Scene.Interface, named: Bool = true) -> [StyledText] {
        var words = named ? [StyledText(interface.name, .accent)] : []
        words += interface.addresses.map { StyledText($0) }
        if showsMACs, let mac = interface.mac, interface.kind != "loopback" { words.append(StyledText(mac, .faint)) }
        if !interface.isUp { words.append(StyledText("(\(scene.say(SceneWords.down)))", .warning)) }
        if let note = interface.note { words.append(StyledText(note, .faint)) }
        if let peer = interface.peer { words.append(StyledText("↔ \(peer)", .faint)) }
        return words
    }

    // MARK: Rows of boxes

    /// What rows of boxes hang on: what stands left of it, its column, its look.
    private typealias Spine = (trunk: StyledText, column: Int, look: StyledText.Look)

    /// Boxes in rows. More than one in a row hang on a line above them, a single one is held at its side.
    private mutating func drawRows(_ boxes: [TextBox], margin: Int, spine: Spine?) {
        let gap = 2
        let room = width - margin
        let boxWidth = min(max(boxes.map(\.naturalWidth).max() ?? 0, 16), room)
        let columns = max(1, min((room + gap) / (boxWidth + gap), boxes.count))
        var rest = boxes[...]
        while !rest.isEmpty {
            let row = rest.prefix(columns)
            rest = rest.dropFirst(columns)
            let isSingle = columns == 1
            let hold: TextBox.Hold = spine == nil ? .none : isSingle ? .beside : .above
            let height = row.map(\.lines.count).max() ?? 0
            let drawn = row.map { box in
                var box = box
                while box.lines.count < height { box.lines.append(StyledText()) }
                return box.drawn(width: boxWidth, hold: hold)
            }
            func start(_ sign: String, to end: Int) -> StyledText {
                var line = spine?.trunk ?? StyledText()
                if let spine {
                    line.pad(to: spine.column)
                    line.append(sign, spine.look)
                    let dash = sign == "├" || sign == "╰" ? "─" : " "
                    line.append(String(repeating: dash, count: max(0, end - line.width)), spine.look)
                } else {
                    line.pad(to: end)
                }
                return line
            }
            let goesOn = rest.isEmpty ? " " : "│"
            if let spine, !isSingle {
                var bus = start(rest.isEmpty ? "╰" : "├", to: margin + TextBox.holdColumn)
                for _ in row.dropFirst() {
                    bus.append("┬" + String(repeating: "─", count: boxWidth + gap - 1), spine.look)
                }
                bus.append("╮", spine.look)
                lines.append(bus)
            }
            for index in 0..<(height + 2) {
                let isHeld = spine != nil && isSingle && index == 1
                let isAbove = spine != nil && isSingle && index == 0
                let sign = isHeld ? (rest.isEmpty ? "╰" : "├") : isAbove ? "│" : goesOn
                var line = start(sign, to: margin)
                for (position, box) in drawn.enumerated() {
                    if position > 0 { line.append(String(repeating: " ", count: gap)) }
                    line.append(box[index])
                }
                lines.append(line)
            }
        }
    }
}
