import CShim

/// What the codes of reports are made with.
///
/// Whoever has it can make any report. The built-in one only keeps people from writing a report in an editor; a class that
/// wants more gives its own (MINIRUN_LAB_KEY), which is then no secret to who does the labs, but differs from year to year.
public struct LabKey: Sendable {
    /// Which one it is: `built-in` or `class`.
    public let name: String
    private let bytes: [UInt8]

    init(name: String, bytes: [UInt8]) { (self.name, self.bytes) = (name, bytes) }

    /// The one that the environment gives, or the one that is built in.
    public static var current: LabKey {
        if let given = getenv("MINIRUN_LAB_KEY").map({ String(cString: $0) }), !given.isEmpty {
            return LabKey(name: "class", bytes: Array(given.utf8))
        }
        return LabKey(name: "built-in", bytes: Array("minirun labs, first edition".utf8))
    }

    /// A code over a text: the first half of HMAC-SHA-256 (RFC 2104), in groups of eight digits.
    func code(of text: String) -> String {
        var context = hmac_sha256_ctx()
        nettle_hmac_sha256_set_key(&context, bytes.count, bytes)
        let message = Array(text.utf8)
        nettle_hmac_sha256_update(&context, message.count, message)
        var digest = [UInt8](repeating: 0, count: 16)
        nettle_hmac_sha256_digest(&context, digest.count, &digest)
        return stride(from: 0, to: digest.count, by: 4).map { start in
            digest[start..<start + 4].map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        }.joined(separator: "-")
    }
}
