/// The order in which Docker sorts names and ports: `net2` before `net10`, `80/tcp` before `443/tcp`
/// (github.com/fvbommel/sortorder).
package enum NaturalOrder {
    /// Bytes by value; runs of digits by the number that they are, with fewer zeros in front first.
    package static func precedes(_ left: String, _ right: String) -> Bool {
        var (one, other) = (Array(left.utf8)[...], Array(right.utf8)[...])
        func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
        while let first = one.first, let second = other.first {
            guard isDigit(first), isDigit(second) else {
                if first != second { return first < second }
                one.removeFirst()
                other.removeFirst()
                continue
            }
            let (digits, counterparts) = (one.prefix(while: isDigit), other.prefix(while: isDigit))
            let (number, counterpart) = (digits.drop { $0 == 48 }, counterparts.drop { $0 == 48 })
            if number.count != counterpart.count { return number.count < counterpart.count }
            if !number.elementsEqual(counterpart) { return number.lexicographicallyPrecedes(counterpart) }
            if digits.count != counterparts.count { return digits.count < counterparts.count }
            one = one[digits.endIndex...]
            other = other[counterparts.endIndex...]
        }
        return one.count < other.count
    }
}
