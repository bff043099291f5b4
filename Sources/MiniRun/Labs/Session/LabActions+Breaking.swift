import CShim
import Namespaces

extension LabActions {
    /// Breaks something of a finished lab: a fault by its word, or one that the seed draws. Throws `LabError` when there is
    /// nothing to break or it is not whole.
    public mutating func breakSomething(_ word: String?, seed: UInt64?) throws -> String {
        guard !lab.isExam else { throw LabError("an exam has its faults already", "考试里的故障已经设好") }
        return try makeFault(word, seed: seed)
    }

    /// The same, in an exam that proves itself too.
    mutating func makeFault(_ word: String?, seed: UInt64?) throws -> String {
        guard session.faults.isEmpty else {
            throw LabError(
                "something is broken already: mend it" + (lab.isExam ? "" : ", or minirun lab break --undo"),
                "已经有东西坏了：请修复它" + (lab.isExam ? "" : "，或用 minirun lab break --undo 恢复"))
        }
        guard !lab.faults.isEmpty else {
            throw LabError("lab \(lab.number) has nothing to break", "实验 \(lab.number) 没有可以弄坏的东西")
        }
        guard try LabGrade(lab, session).isWhole else {
            throw LabError(
                "finish the lab first: minirun lab check tells what is missing", "请先完成实验：minirun lab check 会指出还缺什么")
        }
        if let word {
            guard let fault = lab.faults.first(where: { $0.id == word }) else {
                throw lab.unknown(fault: word)
            }
            guard try fault.isPossible(), try inject([fault], count: 1) else { throw LabWords.cannotBeMade(fault) }
        } else {
            var source = SeededSource(lab.name, seed: seed ?? .random(in: 1...UInt64.max))
            // The same one twice teaches less.
            let known = Set(session.mended.map(\.fault))
            let drawn = lab.faults.shuffled(using: &source)
            let candidates = drawn.filter { !known.contains($0.id) } + drawn.filter { known.contains($0.id) }
            guard try inject(candidates, count: 1) else { throw LabError("nothing can be broken here", "这里没有可以弄坏的东西") }
        }
        return broken
    }

    /// Takes back what was broken, and tells what it was.
    public mutating func undoBreak() throws -> String {
        guard !lab.isExam else { throw LabError("an exam's faults are mended by who takes it", "考试的故障由考生自己修复") }
        guard !session.faults.isEmpty else { throw LabError("nothing is broken", "没有什么被弄坏") }
        return try takeBack()
    }

    /// Undoes what is broken.
    mutating func takeBack() throws -> String {
        var words = ""
        for fault in lab.faults where session.faults.contains(fault.id) {
            _ = try LabScript.run(fault.undo)
            words += "\(LabWords.undone(fault))\n"
        }
        try change { ($0.faults, $0.candidates, $0.named) = ([], [], []) }
        return words
    }

    /// Makes the first faults that can be made, no two of one group; false when they are fewer.
    mutating func inject(_ candidates: [LabFault], count: Int) throws -> Bool {
        try JSONFile.write(LabSnapshot(taking: LabWorld(StatePaths())), to: LabPlaces.whole)
        // Afterwards it could be told from this what was broken.
        let possible = try lab.faults.filter { try $0.isPossible() }.map(\.id)
        var groups: Set<String> = []
        for fault in candidates
        where session.faults.count < count && possible.contains(fault.id) && !groups.contains(fault.group) {
            guard try LabScript.run("set -eu\n\(fault.inject)").status == 0 else {
                _ = try LabScript.run(fault.undo)
                continue
            }
            groups.insert(fault.group)
            try change { $0.faults.append(fault.id) }
        }
        try change { $0.candidates = possible }
        return session.faults.count == count
    }

    /// What the student is told: how many, and what they are among.
    var broken: String {
        LabWords.hasBroken(session.faults.count).description + "\n"
            + TextTable.text(
                header: [],
                rows: lab.faults.filter { session.candidates.contains($0.id) }.map {
                    ["  \($0.id)", $0.name.description]
                })
    }
}

extension Lab {
    /// What is said of a word that names no fault of the lab.
    func unknown(fault word: String) -> LabError {
        let known = faults.map(\.id).joined(separator: ", ")
        return LabError("\(word.goQuoted) is none of \(known)", "\(word.goQuoted) 不是以下之一：\(known)")
    }
}

extension LabFault {
    /// Whether it can be made here, as far as its condition tells.
    fileprivate func isPossible() throws -> Bool { try condition.map { try LabScript.run($0).status == 0 } ?? true }
}
