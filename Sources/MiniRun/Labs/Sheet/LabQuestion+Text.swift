extension LabQuestion {
    /// The question and what there is to choose from, for a terminal.
    func lines(_ language: Language, width: Int) -> [StyledText] {
        var lines = TextFlow.lines(ask.text(language), after: StyledText("? ", .container), width: width, indent: 2)
        for (index, choice) in choices.enumerated() {
            lines += TextFlow.lines(
                choice.text(language), after: StyledText("    \(Self.letter(index)) "), width: width, indent: 6)
        }
        return lines
    }

    /// How it is answered.
    var command: StyledText { StyledText("    minirun lab answer \(id)", .faint) }
}
