/// Bytes of a packet, read by place in network order. What lies behind the end is nil: packets come cut short, and lie.
struct ByteView {
    let bytes: ArraySlice<UInt8>

    var count: Int { bytes.count }

    func byte(_ place: Int) -> UInt8? {
        guard place >= 0, place < bytes.count else { return nil }
        return bytes[bytes.startIndex + place]
    }

    func short(_ place: Int) -> UInt16? {
        guard let high = byte(place), let low = byte(place + 1) else { return nil }
        return UInt16(high) << 8 | UInt16(low)
    }

    func long(_ place: Int) -> UInt32? {
        guard let high = short(place), let low = short(place + 2) else { return nil }
        return UInt32(high) << 16 | UInt32(low)
    }

    func slice(_ place: Int, _ length: Int) -> ArraySlice<UInt8>? {
        guard place >= 0, length >= 0, place + length <= bytes.count else { return nil }
        return bytes[(bytes.startIndex + place)..<(bytes.startIndex + place + length)]
    }

    func address(_ place: Int, _ family: IPAddress.Family) -> IPAddress? {
        slice(place, family.bits / 8).flatMap { IPAddress(bytes: $0) }
    }

    /// What follows a place; nothing when there is no such place.
    func rest(_ place: Int, atMost length: Int = .max) -> ByteView {
        ByteView(bytes: bytes.dropFirst(max(0, place)).prefix(max(0, length)))
    }
}
