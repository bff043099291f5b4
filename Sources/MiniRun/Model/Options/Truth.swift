/// Words for yes and no.
enum Truth {
    /// As Go's strconv.ParseBool; nil for anything else.
    static func parse(_ text: String) -> Bool? {
        switch text {
        case "1", "t", "T", "true", "TRUE", "True": true
        case "0", "f", "F", "false", "FALSE", "False": false
        default: nil
        }
    }
}
