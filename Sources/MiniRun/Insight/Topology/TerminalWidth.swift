import CShim
import Namespaces

/// What standard output can show.
public enum TerminalWidth {
    /// How many characters a line may have: the terminal's, else what COLUMNS says, else 80.
    public static var columns: Int {
        if let size = try? Terminal(1)?.size(), size.columns > 0 { return Int(size.columns) }
        guard let given = getenv("COLUMNS").flatMap({ Int(String(cString: $0)) }), given > 0 else { return 80 }
        return given
    }

    /// The same for prose, which into a pipe has lines of any length: a program reads them.
    public static var prose: Int { isatty(1) == 1 ? columns : .max }

    /// Whether escape sequences make sense: on a terminal, unless NO_COLOR is set.
    public static var showsColours: Bool {
        let refusal = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        return isatty(1) == 1 && !refusal
    }
}
