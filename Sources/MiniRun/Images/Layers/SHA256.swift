import CShim

/// SHA-256 (FIPS 180-4) of bytes that come piece by piece, by nettle, which uses the processor's own instructions for it.
public struct SHA256: ~Copyable {
    private var context = sha256_ctx()

    /// The digest of nothing yet.
    public init() { nettle_sha256_init(&context) }

    /// Takes the next bytes. Pieces of 64 KiB and more cost nothing beside the hashing.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        nettle_sha256_update(&context, bytes.count, start.assumingMemoryBound(to: UInt8.self))
    }

    /// The digest of all that was taken; the hasher begins anew.
    public mutating func finish() -> Digest {
        var bytes = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_SIZE))
        nettle_sha256_digest(&context, bytes.count, &bytes)
        return Digest(bytes: bytes)
    }
}
