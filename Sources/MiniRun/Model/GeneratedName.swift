/// A name for a container that was given none: two words, as Docker does it, with network pioneers for surnames.
public enum GeneratedName {
    private static let adjectives = [
        "agile", "amber", "brave", "bright", "calm", "candid", "clever", "cosmic", "crisp", "daring", "eager", "early",
        "elegant", "fair", "famous", "fluent", "gentle", "glad", "golden", "happy", "honest", "humble", "jolly", "keen",
        "kind", "lively", "lucid", "merry", "modest", "nimble", "noble", "patient", "placid", "polite", "proud",
        "quick",
        "quiet", "rapid", "ready", "robust", "serene", "sharp", "silent", "smart", "steady", "sunny", "swift", "tidy",
        "vivid", "warm", "wise", "witty", "young", "zealous",
    ]
    private static let surnames = [
        "baran", "bellovin", "berners", "boggs", "cailliau", "cerf", "cheriton", "clark", "crocker", "davies",
        "deering",
        "dijkstra", "engelbart", "feinler", "floyd", "hamming", "hopper", "huitema", "jacobson", "kahn", "karn",
        "kleinrock", "kuznetsov", "lamarr", "licklider", "lovelace", "lynch", "metcalfe", "mills", "mockapetris", "moy",
        "paxson", "perlman", "postel", "pouzin", "rekhter", "reynolds", "ritchie", "roberts", "russell", "saltzer",
        "shannon", "stevens", "thompson", "tomlinson", "torvalds", "turing", "vixie", "wing", "zimmermann",
    ]

    /// `keen_perlman`; after a few collisions with a digit behind it.
    public static func make(attempt: Int = 0) -> String {
        var generator = SystemRandomNumberGenerator()
        return make(attempt: attempt, using: &generator)
    }

    static func make(attempt: Int, using generator: inout some RandomNumberGenerator) -> String {
        let adjective = adjectives.randomElement(using: &generator) ?? "keen"
        let surname = surnames.randomElement(using: &generator) ?? "perlman"
        return "\(adjective)_\(surname)\(attempt < 3 ? "" : String(Int.random(in: 0...9999, using: &generator)))"
    }
}
