/// A hash that is the same at every start of every machine, unlike Swift's own; not secret.
enum StableHash {
    /// FNV-1a with a final mixing (that of SplitMix64), so that the upper bits depend on every byte.
    static func of(_ text: String) -> UInt64 {
        var value: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}
