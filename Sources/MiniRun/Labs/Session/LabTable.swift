/// `lab ls`.
public enum LabTable {
    /// A line for each lab: its number, its title, how long it takes, and what it cannot do without.
    public static func text(_ labs: [Lab]) -> String {
        let needs = labs.contains { !$0.needs.isEmpty }
        let header = ["LAB", "TITLE", "MINUTES"] + (needs ? ["NEEDS"] : [])
        return TextTable.text(
            header: header,
            rows: labs.map { lab in
                let row = [lab.isExam ? "exam" : "\(lab.number)", lab.title.description, "\(lab.minutes)"]
                return row + (needs ? [lab.needs.joined(separator: ", ")] : [])
            })
    }
}
