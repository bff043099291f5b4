import Namespaces

/// One line of a log file, taken apart where it lies. Its parts are valid as long as the line is.
struct LogLine {
    /// What the container wrote, still escaped.
    let text: UnsafeBufferPointer<UInt8>
    let stream: LogStream
    /// The object of attributes, if there is one.
    let attributes: UnsafeBufferPointer<UInt8>?
    /// When it was written.
    let time: Timestamp

    private static let opening: StaticString = "{\"log\":\""

    /// Reads a line in the form in which minirun and Docker write it; nil when it is anything else.
    init?(parsing line: UnsafeBufferPointer<UInt8>) {
        var cursor = JSONCursor(line)
        guard cursor.skip(Self.opening), let text = cursor.restOfString() else { return nil }
        if cursor.skip(",\"stream\":\"stdout\"") {
            stream = .stdout
        } else if cursor.skip(",\"stream\":\"stderr\"") {
            stream = .stderr
        } else {
            return nil
        }
        if cursor.skip(",\"attrs\":") {
            let start = cursor.position
            guard cursor.strings() else { return nil }
            attributes = UnsafeBufferPointer(rebasing: line[start..<cursor.position])
        } else {
            attributes = nil
        }
        guard cursor.skip(",\"time\":"), let stamp = cursor.string(),
            let time = Timestamp(rfc3339: stamp), cursor.skip("}"), cursor.isAtEnd
        else { return nil }
        self.text = text
        self.time = time
    }

    /// Reads a line that a crash may have damaged: cut off, with the next one behind it, or with the NULs in front that a
    /// file system leaves where it had no time to write. Nothing within a sound line looks like the beginning of one, for
    /// its quotes are escaped.
    init?(legibleIn line: UnsafeBufferPointer<UInt8>) {
        if let sound = LogLine(parsing: line) {
            self = sound
            return
        }
        guard let start = line.lastPlace(of: Self.opening) else { return nil }
        self.init(parsing: UnsafeBufferPointer(rebasing: line[start...]))
    }

    /// Appends the attributes as `logs --details` shows them: `a=1,b=2`, escaped as in a URL, sorted by name.
    func appendDetails(to output: inout ByteBuffer) {
        guard let attributes,
            let details = try? JSONValue(parsing: Array(attributes)).entries(JSONValue.string(of:))
        else { return }
        let sorted = details.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for (index, detail) in sorted.enumerated() {
            if index > 0 { output.append(",") }
            Self.appendQuery(detail.key, to: &output)
            output.append("=")
            Self.appendQuery(detail.value, to: &output)
        }
    }

    private static func appendQuery(_ text: String, to output: inout ByteBuffer) {
        let digits: StaticString = "0123456789ABCDEF"
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: output.append(byte)
            case 32: output.append("+")
            default:
                output.append("%")
                output.append(digits.utf8Start[Int(byte >> 4)])
                output.append(digits.utf8Start[Int(byte & 15)])
            }
        }
    }
}
