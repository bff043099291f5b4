extension String {
    /// The text without anything that a terminal could take for a command: a process names itself as it likes.
    var printable: String {
        var scalars = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: scalars.append("?")
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }
}
