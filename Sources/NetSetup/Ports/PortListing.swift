import Namespaces

/// The output of `port`: which ports of a container are reachable, and where.
public enum PortListing {
    /// Every published port, `80/tcp -> 0.0.0.0:32768`, in natural order.
    public static func lines(_ ports: [PublishedPort]) -> [String] {
        ports.map(\.line).sorted { NaturalOrder.isLess($0, $1) }
    }

    /// The host's side of one port, `0.0.0.0:32768`; throws Docker's `no public port '80/udp' published for web`.
    public static func frontends(
        _ ports: [PublishedPort], of text: String, container: String
    ) throws(UsageError) -> [String] {
        let wanted = try ContainerPort(parsing: text)
        let found = ports.filter { $0.container == wanted }
        guard !found.isEmpty else { throw UsageError("no public port '\(text)' published for \(container)") }
        return found.map(\.frontend).sorted { NaturalOrder.isLess($0, $1) }
    }
}

/// Order in which runs of digits count as numbers: `80/tcp` before `443/tcp` before `8080/tcp`.
public enum NaturalOrder {
    /// Whether `left` comes before `right`; without digits, by bytes.
    public static func isLess(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        var (i, j) = (0, 0)
        while i < left.count, j < right.count {
            if isDigit(left[i]), isDigit(right[j]) {
                let (first, second) = (digits(left, &i), digits(right, &j))
                if first.count != second.count { return first.count < second.count }
                if first != second { return first.lexicographicallyPrecedes(second) }
            } else {
                if left[i] != right[j] { return left[i] < right[j] }
                i += 1
                j += 1
            }
        }
        // Equal so far (`01` and `1` are): the shorter text first, so that the order is total.
        return (left.count - i, left.count) < (right.count - j, right.count)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    /// The digits from `place` on without leading zeros; moves `place` behind them.
    private static func digits(_ bytes: [UInt8], _ place: inout Int) -> ArraySlice<UInt8> {
        let start = place
        while place < bytes.count, isDigit(bytes[place]) { place += 1 }
        return bytes[start..<place].drop { $0 == 48 }
    }
}
