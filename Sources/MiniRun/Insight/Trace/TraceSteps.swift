import NetSetup

/// Puts what was found out about a packet into steps.
struct TraceSteps {
    private let result: TraceResult
    private let kind: ProbeSocket.Kind
    private var scene: TraceScene { result.scene }

    init(_ result: TraceResult, kind: ProbeSocket.Kind) {
        self.result = result
        self.kind = kind
    }

    /// All of them: there, the socket, and back.
    var all: [TraceStep] {
        let steps = steps(result.assembly.forward, .forward) + socket + steps(result.assembly.back, .back)
        return steps.enumerated().map { index, step in
            var step = step
            step.number = index + 1
            return step
        }
    }

    private func steps(_ hops: [TraceAssembly.Hop], _ side: TraceAssembly.Side) -> [TraceStep] {
        var shown: Flow?
        var steps: [TraceStep] = []
        for (index, hop) in hops.enumerated() {
            guard let place = scene.place(hop.place), !isImplied(hops, index, in: place) else { continue }
            switch hop.event {
            case .passed(let number, let isOutgoing):
                let link = place.link(number)
                let isFirst = steps.isEmpty && side == .forward
                var step = step(
                    side, place, .interface(link?.name ?? "?", bridge: place.link(link?.master)?.name),
                    link?.name ?? "?",
                    isFirst ? beginning(in: place) : passing(link, isOutgoing, hop, in: place))
                if let flow = hop.flow, flow != shown { step.flow = TraceWords.flow(flow) }
                shown = hop.flow ?? shown
                steps.append(step)
            case .decided(let run):
                let book = result.books[hop.place]
                var step = step(
                    side, place, .hook, book?.base(run.base)?.hook ?? run.base.name, TraceWords.rule(run, book))
                step.verdict = TraceWords.verdict(run, book)
                step.isDrop = run.verdict == .drop
                // Conntrack translates what it knows without asking a rule.
                let flows = [shown, hop.flow, hop.changed].compactMap(\.self)
                step.changes = zip(flows, flows.dropFirst()).filter { $0 != $1 }.map { TraceWords.change($0, $1) }
                shown = flows.last
                steps.append(step)
            }
        }
        return steps
    }

    private func step(
        _ side: TraceAssembly.Side, _ place: TraceScene.Place, _ spot: TraceStep.Spot, _ name: String, _ what: String
    ) -> TraceStep {
        TraceStep(
            number: 0, side: side, machine: place.inode == scene.places.first?.inode ? nil : place.inode, spot: spot,
            title: "\(place.title) \(name)", what: what)
    }

    /// What says nothing by itself: a chain that let the packet pass without a rule, and the bridge behind its port.
    private func isImplied(_ hops: [TraceAssembly.Hop], _ index: Int, in place: TraceScene.Place) -> Bool {
        let hop = hops[index]
        switch hop.event {
        case .decided(let run):
            return run.path.last?.handle == nil && run.verdict == .accept && hop.changed == nil
        case .passed(let number, let isOutgoing):
            let beside = isOutgoing ? index + 1 : index - 1
            guard hops.indices.contains(beside), hops[beside].place == hop.place,
                case .passed(let other, isOutgoing) = hops[beside].event
            else { return false }
            return place.link(other)?.master == number
        }
    }

    private func beginning(in place: TraceScene.Place) -> String {
        scene.waits && place.inode != scene.start?.inode ? TraceWords.seen : TraceWords.sent
    }

    private func passing(
        _ link: Link?, _ isOutgoing: Bool, _ hop: TraceAssembly.Hop, in place: TraceScene.Place
    ) -> String {
        if let bridge = place.link(link?.master) { return TraceWords.port(of: bridge.name) }
        guard isOutgoing else { return TraceWords.cameIn }
        guard link?.isLoopback == false, let flow = hop.flow, !LoopPair.isGuard(flow.destination) else {
            return TraceWords.out(next: nil)
        }
        return TraceWords.out(next: place.nextHop(of: flow).map(\.description))
    }

    private var socket: [TraceStep] {
        guard let (place, holder) = result.socket, kind != .icmp else { return [] }
        return [
            step(
                .forward, place, .socket, TraceWords.socketWord,
                holder.map(TraceWords.holder) ?? TraceWords.nobody)
        ]
    }
}
