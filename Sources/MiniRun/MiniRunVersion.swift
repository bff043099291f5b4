/// Which minirun this is.
public enum MiniRunVersion {
    /// Semantic version.
    public static let text = "0.1.0"
}
