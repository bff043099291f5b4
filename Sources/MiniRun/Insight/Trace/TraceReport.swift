import Namespaces
import NetSetup

/// A trace in lines, as JSON, and as what a page tells of it.
struct TraceReport {
    private let result: TraceResult
    private let request: TraceRequest
    private var scene: TraceScene { result.scene }

    init(_ result: TraceResult, _ request: TraceRequest) {
        self.result = result
        self.request = request
    }

    // MARK: Text

    var text: String {
        let steps = TraceSteps(result, kind: request.kind).all
        let width = steps.map { TextTable.width(of: $0.title) }.max() ?? 0
        func line(_ step: TraceStep) -> String {
            TextTable.padded("\(step.number) ", to: 3) + TextTable.padded(step.title, to: width) + "  " + step.text
        }
        let back = steps.filter { $0.side == .back }
        return
            ([title] + steps.filter { $0.side == .forward }.map(line)
            + (back.isEmpty ? [] : [TraceWords.back]) + back.map(line)
            + [TraceWords.conclusion(result.verdict)]).joined(separator: "\n")
    }

    private var title: String { TraceWords.title(request.from, result.flow, request.kind) }

    // MARK: A page

    /// The same for a page.
    var packet: TracePage.Packet {
        TracePage.Packet(
            title: title, steps: TraceSteps(result, kind: request.kind).all, verdict: result.verdict)
    }

    // MARK: JSON

    var json: JSONValue {
        .record([
            "from": .string(request.from), "to": .string(request.to), "protocol": .string(request.kind.rawValue),
            "flow": json(result.flow), "forward": .array(result.assembly.forward.map(json)),
            "back": .array(result.assembly.back.map(json)),
            "socket": result.socket.flatMap { place, holder in
                holder.map { holder in
                    .record([
                        "place": .string(place.title), "address": .string("\(holder.address)"),
                        "port": .integer(Int64(holder.port)), "pid": holder.process.map { .integer(Int64($0)) },
                        "command": .text(holder.command),
                    ])
                }
            },
            "verdict": .record([
                "kind": .string(TraceWords.kind(result.verdict)), "text": .string(TraceWords.text(result.verdict)),
                "nanoseconds": nanoseconds,
            ]),
        ])
    }

    private var nanoseconds: JSONValue? {
        switch result.verdict {
        case .answered(_, let time), .refused(_, let time): time.map { .integer($0) }
        default: nil
        }
    }

    private func json(_ flow: Flow) -> JSONValue {
        .record(["source": .string(flow.sourceText), "destination": .string(flow.destinationText)])
    }

    private func json(_ hop: TraceAssembly.Hop) -> JSONValue {
        let place = scene.place(hop.place)
        switch hop.event {
        case .passed(let number, let isOutgoing):
            let link = place?.link(number)
            return .record([
                "place": .text(place?.title), "interface": .text(link?.name),
                "direction": .string(isOutgoing ? "out" : "in"),
                "bridge": .text(link?.master.flatMap { place?.link($0) }?.name), "flow": hop.flow.map(json),
                "nextHop": isOutgoing && link?.master == nil
                    ? .text(place.flatMap { place in hop.flow.flatMap(place.nextHop) }) : nil,
                "time": hop.time.map { .integer($0) },
            ])
        case .decided(let run):
            let book = result.books[hop.place]
            let rules = run.path.map { step -> JSONValue in
                let rule = step.handle.flatMap { book?.rule(step.chain, $0) }
                return .record([
                    "chain": .string(step.chain.name), "handle": step.handle.map { .integer(Int64(clamping: $0)) },
                    "comment": .text(rule?.comment), "text": .text(rule?.text),
                ])
            }
            return .record([
                "place": .text(place?.title), "hook": .text(book?.base(run.base)?.hook),
                "table": .string(run.base.tableText), "chain": .string(run.base.name), "rules": .array(rules),
                "verdict": .string(TraceWords.verdict(run, book)), "flow": hop.flow.map(json),
                "changed": hop.changed.map(json),
            ])
        }
    }
}
