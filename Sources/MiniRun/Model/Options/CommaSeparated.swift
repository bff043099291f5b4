import Namespaces

/// One record of comma-separated values (RFC 4180): a field in double quotes may hold commas, and `""` for a quote.
enum CommaSeparated {
    /// The fields; throws the message of Go's csv reader, which counts columns in bytes from 1.
    static func fields(_ text: String) throws(UsageError) -> [String] {
        var rest = text.unicodeScalars[...]
        func column() -> Int { text.utf8.distance(from: text.startIndex, to: rest.startIndex) + 1 }
        func refuse(_ reason: String) -> UsageError {
            UsageError("parse error on line 1, column \(column()): \(reason)")
        }
        var fields: [String] = []
        while true {
            var field = String.UnicodeScalarView()
            if rest.first == "\"" {
                rest = rest.dropFirst()
                quoted: while true {
                    guard let quote = rest.firstIndex(of: "\"") else {
                        rest = rest[rest.endIndex...]
                        throw refuse("extraneous or missing \" in quoted-field")
                    }
                    field += rest[..<quote]
                    rest = rest[rest.index(after: quote)...]
                    guard rest.first == "\"" else { break quoted }
                    field.append("\"")
                    rest = rest.dropFirst()
                }
                guard rest.isEmpty || rest.first == "," else {
                    throw refuse("extraneous or missing \" in quoted-field")
                }
            } else {
                let end = rest.firstIndex(of: ",") ?? rest.endIndex
                if let quote = rest[..<end].firstIndex(of: "\"") {
                    rest = rest[quote...]
                    throw refuse("bare \" in non-quoted field")
                }
                field += rest[..<end]
                rest = rest[end...]
            }
            fields.append(String(field))
            guard rest.first == "," else { return fields }
            rest = rest.dropFirst()
        }
    }
}
