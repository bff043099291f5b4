/// A length of time as Docker words it: `Less than a second`, `About a minute`, `3 hours`.
enum HumanDuration {
    /// For a length of time.
    static func text(_ duration: GoDuration) -> String { text(seconds: duration.seconds) }

    /// For a number of seconds.
    static func text(seconds: Double) -> String {
        // Nothing lasts longer than a timestamp can say.
        let seconds = min(max(seconds, 0), 1e10)
        let minutes = Int(seconds / 60)
        let hours = Int((seconds / 3600).rounded())
        switch seconds {
        case ..<1: return "Less than a second"
        case ..<2: return "1 second"
        case ..<60: return "\(Int(seconds)) seconds"
        case ..<120: return "About a minute"
        case ..<3600: return "\(minutes) minutes"
        case _ where hours == 1: return "About an hour"
        case _ where hours < 48: return "\(hours) hours"
        case _ where hours < 24 * 7 * 2: return "\(hours / 24) days"
        case _ where hours < 24 * 30 * 2: return "\(hours / 24 / 7) weeks"
        case _ where hours < 24 * 365 * 2: return "\(hours / 24 / 30) months"
        default: return "\(Int(seconds / 3600) / 24 / 365) years"
        }
    }
}
