/// A number of bytes as Docker words it.
public enum HumanSize {
    /// In powers of 1000 with three digits, as `ps -s` shows sizes: `0B`, `2.35MB`, `123kB`.
    public static func decimal(_ bytes: Int64) -> String {
        text(bytes, base: 1000, digits: 3, units: ["B", "kB", "MB", "GB", "TB", "PB", "EB"])
    }

    /// In powers of 1024 with four digits, as `stats` shows memory: `7.441MiB`.
    static func binary(_ bytes: Int64) -> String {
        text(bytes, base: 1024, digits: 4, units: ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"])
    }

    private static func text(_ bytes: Int64, base: Double, digits: Int, units: [String]) -> String {
        var size = Double(max(0, bytes))
        var unit = 0
        while size >= base, unit < units.count - 1 {
            size /= base
            unit += 1
        }
        let wholeDigits = String(Int64(size)).utf8.count
        let places = max(0, digits - wholeDigits)
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        let rounded = Int64((size * scale).rounded(.toNearestOrEven))
        let (whole, part) = rounded.quotientAndRemainder(dividingBy: Int64(scale))
        var fraction = Int(part).padded(places)
        while fraction.last == "0" { fraction.removeLast() }
        return "\(whole)" + (fraction.isEmpty ? "" : ".\(fraction)") + units[unit]
    }
}
