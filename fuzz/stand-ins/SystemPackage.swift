/// As much of swift-system as the parsers name; nothing here is ever reached by one.
public enum Errno: Error {
    case noSuchFileOrDirectory
}
