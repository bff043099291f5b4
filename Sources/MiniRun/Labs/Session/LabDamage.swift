import Namespaces

/// What was broken on purpose, and how far the student has come with it.
public struct LabDamage: Sendable {
    /// What is broken, by the faults' words.
    public let faults: [String]
    /// Of these, what works again.
    public let mended: [String]
    /// What the student says is broken, rightly or not.
    public let named: [String]
    /// What else is not as it was before.
    public let collateral: [Phrase]

    init(_ lab: Lab, _ session: LabSession, met: Set<String>) throws {
        faults = session.faults
        named = session.named
        let broken = lab.faults.filter { session.faults.contains($0.id) }
        mended = broken.filter { $0.fails.allSatisfy(met.contains) }.map(\.id)
        guard mended.count == faults.count, let whole = try JSONFile.read(LabSnapshot.self, from: LabPlaces.whole)
        else {
            collateral = []
            return
        }
        collateral = try LabSnapshot(taking: LabWorld(StatePaths())).differences(from: whole)
    }

    /// Whether all of it works again.
    var isMended: Bool { mended.count == faults.count }

    /// Whether it is mended and named, rightly or not: then it is told.
    public var isOver: Bool { isMended && isNamed }

    private var isNamed: Bool { named.count >= faults.count }

    /// What each fault brings: two points for its name, two for mending it.
    static let pointsEach = 2

    /// Points for what was named and mended, less one for each other thing that was changed; never less than none.
    public var points: Int {
        // A name counts once the fault is mended: else names could be tried until one counts.
        let right = Set(named).intersection(mended).count
        return max(0, Self.pointsEach * (right + mended.count) - collateral.count)
    }

    /// What each fault has come to. Until all is over no fault is told that the student has not mended and named.
    var outcomes: [LabSession.Mended] {
        faults.map { fault in
            let (isMended, isNamed) = (mended.contains(fault), named.contains(fault))
            return LabSession.Mended(
                fault: isOver || isMended && isNamed ? fault : isMended ? "unnamed" : "unmended", isNamed: isNamed,
                collateral: faults.first == fault ? collateral.count : 0)
        }
    }

    /// The most that there is to have.
    public var possible: Int { 2 * Self.pointsEach * faults.count }

    /// What is told of it. Which faults there are is told only once they are mended and the student has said what they were.
    func lines(_ lab: Lab, width: Int) -> [StyledText] {
        var lines = [StyledText(""), StyledText(LabWords.broken.description, .accent)]
        func add(_ isGood: Bool?, _ text: Phrase) {
            var first = StyledText("  ")
            switch isGood {
            case true?: first.append("✔ ", .bridge)
            case false?: first.append("✘ ", .warning)
            // Not told yet.
            case nil: first.append("? ", .container)
            }
            lines += TextFlow.lines(text.description, after: first, width: width, indent: 4)
        }
        add(isMended, LabWords.mended(mended.count, of: faults.count))
        if isOver {
            for fault in lab.faults where faults.contains(fault.id) {
                let isNamed = named.contains(fault.id)
                add(isNamed, isNamed ? LabWords.named(fault) : LabWords.notNamed(fault))
            }
        } else {
            add(isNamed ? nil : false, LabWords.wroteDown(named, of: faults.count))
        }
        for change in collateral { add(false, LabWords.changed(change)) }
        lines.append(StyledText("  " + LabWords.score(points, of: possible).description))
        return lines
    }

    /// For programs.
    var json: JSONValue {
        [
            "faults": .integer(Int64(faults.count)), "mended": .integer(Int64(mended.count)),
            "named": .strings(named), "collateral": .strings(collateral.map(\.english)),
            "points": .integer(Int64(points)), "possible": .integer(Int64(possible)),
        ]
    }
}
