extension String {
    /// A path below the new root, for a shell that has not pivoted: `"$ROOT"/proc`.
    var inRoot: String { self == "/" ? "\"$ROOT\"" : "\"$ROOT\"" + shellQuoted }
}
