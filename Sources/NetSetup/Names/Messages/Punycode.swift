/// The ASCII form of a label with other letters (RFC 3492): `教育` is asked for as `xn--wcvs22d` by browsers and by `dig`.
public enum Punycode {
    private static let base = 36
    private static let (least, most) = (1, 26)

    /// A domain name with each label that is not ASCII in its `xn--` form; the others stay as they are. Nil when a label would
    /// have more than 63 bytes. The name is taken as it is: lower case and normal form are the caller's.
    public static func ascii(_ name: String) -> String? {
        var labels: [String] = []
        for label in name.unicodeScalars.split(separator: ".", omittingEmptySubsequences: false) {
            guard !label.allSatisfy(\.isASCII) else {
                labels.append(String(label))
                continue
            }
            guard let encoded = encode(Array(label)) else { return nil }
            let text = "xn--" + encoded
            guard text.utf8.count <= 63 else { return nil }
            labels.append(text)
        }
        return labels.joined(separator: ".")
    }

    /// The label's digits without the prefix (RFC 3492, section 6.3): the ASCII letters, a hyphen if there are any, then for
    /// each other letter how far it is from the one before. Nil for one so long that the numbers do not fit.
    static func encode(_ label: [Unicode.Scalar]) -> String? {
        let basic = label.filter(\.isASCII)
        var output = String(String.UnicodeScalarView(basic))
        if !basic.isEmpty { output += "-" }
        guard label.count < 1000 else { return nil }
        var (letter, delta, bias, handled) = (128, 0, 72, basic.count)
        while handled < label.count {
            // The next letter in the order of code points that has not been dealt with.
            let next = label.reduce(Int.max) { Int($1.value) >= letter ? min($0, Int($1.value)) : $0 }
            delta += (next - letter) * (handled + 1)
            letter = next
            for scalar in label {
                if Int(scalar.value) < letter { delta += 1 }
                guard Int(scalar.value) == letter else { continue }
                output += digits(delta, bias)
                bias = adapt(delta, handled + 1, isFirst: handled == basic.count)
                delta = 0
                handled += 1
            }
            delta += 1
            letter += 1
        }
        return output
    }

    /// A number of variable length whose last digit is below a threshold.
    private static func digits(_ number: Int, _ bias: Int) -> String {
        var text = ""
        var (rest, position) = (number, base)
        while true {
            let threshold = min(max(position - bias, least), most)
            if rest < threshold { return text + digit(rest) }
            text += digit(threshold + (rest - threshold) % (base - threshold))
            rest = (rest - threshold) / (base - threshold)
            position += base
        }
    }

    private static func digit(_ value: Int) -> String {
        String(UnicodeScalar(UInt8(value < 26 ? 97 + value : 22 + value)))
    }

    /// How the next threshold follows from how long the last number was (section 6.1).
    private static func adapt(_ delta: Int, _ points: Int, isFirst: Bool) -> Int {
        var delta = delta / (isFirst ? 700 : 2)
        delta += delta / points
        var steps = 0
        while delta > (base - least) * most / 2 {
            delta /= base - least
            steps += base
        }
        return steps + (base - least + 1) * delta / (delta + 38)
    }
}
