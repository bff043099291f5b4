/// What a student reads first.
enum LabWelcome {
    static func text(_ lab: Lab, width: Int) -> String {
        var lines = [StyledText(LabWords.title(lab).description, .bold)]
        lines += TextFlow.lines("\(lab.goal) (\(LabWords.minutes(lab.minutes)))", width: width, indent: 0)
        lines.append(StyledText(""))
        let commands = lab.isExam ? LabWords.examCommands : LabWords.commands
        lines += commands.description.parts("\n").map { StyledText($0) }
        lines.append(StyledText(""))
        return lines.text(colours: TerminalWidth.showsColours)
    }
}
