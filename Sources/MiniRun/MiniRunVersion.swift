/// Which minirun this is.
public enum MiniRunVersion {
    /// Semantic version.
    public static let text = "0.1.0"

    /// The compiler that it was made with, as near as a program can know it.
    static var swift: String {
        #if compiler(>=6.4)
            "6.4 or later"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }
}
