import Namespaces
import NetSetup
import SystemPackage

/// Words that several checks say.
enum LabCheckWords {
    static func there(_ thing: Phrase, at node: String) -> Phrase {
        Phrase("\(thing.english) is there in \(node)", "\(node) 中有\(thing.chinese)")
    }

    static func missing(_ thing: Phrase, at node: String) -> Phrase {
        Phrase("there is no \(thing.english) in \(node)", "\(node) 中没有\(thing.chinese)")
    }

    /// `r1 → 10.0.0.12:80: refused`.
    static func attempt(_ from: String, _ to: String, _ outcome: Phrase) -> Phrase {
        Phrase("\(from) → \(to): \(outcome.english)", "\(from) → \(to)：\(outcome.chinese)")
    }

    static let silence = Phrase("no answer within a second", "一秒内没有应答")

    static func refusal(_ error: Errno) -> Phrase {
        let words = KernelError.words(error)
        switch error {
        case .connectionRefused: return Phrase("refused", "被拒绝")
        case .networkUnreachable: return Phrase("no route (\(words))", "没有路由（\(words)）")
        case .noRouteToHost: return Phrase("unreachable (\(words))", "不可达（\(words)）")
        default: return Phrase(words, words)
        }
    }

    /// Several sentences as one.
    static func list(_ phrases: [Phrase]) -> Phrase {
        Phrase(phrases.map(\.english).joined(separator: "; "), phrases.map(\.chinese).joined(separator: "；"))
    }
}

/// What a lab wants of an attempt to reach somebody.
enum LabExpectation: String, Sendable, CaseIterable {
    /// It succeeds.
    case ok
    /// Somebody says no.
    case refused
    /// Nobody says anything.
    case timeout
    /// It does not succeed, however that comes.
    case fail

    func admits(_ outcome: ConnectionAttempt.Outcome) -> Bool {
        switch (self, outcome) {
        case (.ok, .accepted): true
        case (.refused, .refused(let error)): error == .connectionRefused
        case (.timeout, .silence): true
        case (.timeout, .refused(let error)): error == .timedOut
        case (.fail, .refused), (.fail, .silence): true
        default: false
        }
    }
}

extension ConnectionAttempt.Outcome {
    /// What is told of it; of success what the protocol makes of it.
    func words(accepted: Phrase) -> Phrase {
        switch self {
        case .accepted: accepted
        case .refused(let error): LabCheckWords.refusal(error)
        case .silence: LabCheckWords.silence
        }
    }
}
