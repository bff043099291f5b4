import Namespaces

/// The number and range forms that every port option shares, with the reasons Docker gives (`strconv.ParseUint` underneath).
enum PortNumber {
    /// 0 to 65535 in decimal; throws the bare reason, which the caller puts behind the user's value.
    static func parse(_ text: some StringProtocol) throws(UsageError) -> UInt16 {
        guard !text.isEmpty else { throw UsageError("value is empty") }
        guard text.utf8.allSatisfy({ (48...57).contains($0) }) else { throw UsageError("invalid syntax") }
        guard let number = UInt16(text) else { throw UsageError("value out of range") }
        return number
    }

    /// `8000` or `8000-9000`; throws a sentence such as `invalid start port 'x': invalid syntax`.
    ///
    /// `whole` is what the message shows when the end lies below the start: `--expose` shows the protocol too.
    static func parseRange(_ text: String, whole: String? = nil) throws(UsageError) -> ClosedRange<UInt16> {
        let (first, second) = text.cut("-")
        let start: UInt16
        do { start = try parse(first) } catch { throw UsageError("invalid start port '\(first)': \(error)") }
        guard let second, second != first else { return start...start }
        let end: UInt16
        do { end = try parse(second) } catch { throw UsageError("invalid end port '\(second)': \(error)") }
        guard start <= end else { throw UsageError("invalid port range: \(whole ?? text)") }
        return start...end
    }
}

extension String? {
    var isEmptyOrNil: Bool { self?.isEmpty ?? true }
}
