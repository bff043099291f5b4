/// A text in both languages, side by side where it is written, so that neither is forgotten and no catalogue has to be kept.
///
/// One with values in it is a function that makes both:
///
///     static func more(_ count: Int) -> Phrase { Phrase("\(count) more", "还有 \(count) 个") }
public struct Phrase: Sendable, Hashable {
    /// The English text.
    public let english: String
    /// The Chinese text, in simplified characters.
    public let chinese: String

    /// A text and its translation.
    public init(_ english: String, _ chinese: String) {
        self.english = english
        self.chinese = chinese
    }

    /// What is the same in both: a command, an address, the kernel's own words.
    public static func verbatim(_ text: String) -> Phrase { Phrase(text, text) }

    /// The text in a language.
    public func text(_ language: Language) -> String {
        switch language {
        case .english: english
        case .chinese: chinese
        }
    }
}

extension Phrase {
    /// What the lower modules say in one word, where others say a value.
    static func value(_ text: String) -> Phrase {
        switch text {
        case "none": Phrase(text, "无")
        case "a card": Phrase(text, "物理网卡")
        default: .verbatim(text)
        }
    }

    /// Chinese pieces put together, with a space where Latin letters and digits meet Chinese characters.
    static func spaced(_ pieces: String...) -> String {
        pieces.reduce(into: "") { text, piece in
            guard let last = text.last, let first = piece.first else { return text += piece }
            let isSeam =
                last.isASCII != first.isASCII && (last.isASCII || last.isLetter) && (first.isASCII || first.isLetter)
            text += isSeam ? " \(piece)" : piece
        }
    }
}

extension Sequence<Phrase> {
    /// One after the other, as a list.
    func joined() -> Phrase {
        Phrase(map(\.english).joined(separator: ", "), map(\.chinese).joined(separator: "、"))
    }
}

extension Phrase: CustomStringConvertible {
    /// The text in the language of this process, so that `"\(Words.bridge) minirun0"` says it.
    public var description: String { text(.current) }
}
