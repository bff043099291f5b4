import Testing

@testable import MiniRun

struct DigestTests {
    @Test("bytes have the digest that FIPS 180 gives for them, in one piece or many")
    func known() {
        let abc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(Digest.of("abc".utf8).description == abc)
        var hasher = SHA256()
        for byte in "abc".utf8 { withUnsafeBytes(of: byte) { hasher.update($0) } }
        #expect(hasher.finish().description == abc)
        #expect(hasher.finish() == Digest.of([]))
        #expect(Digest.of([]).hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test("a digest survives its text and sorts like it")
    func text() throws {
        let first = Digest.of("a".utf8)
        let second = Digest.of("b".utf8)
        #expect(try Digest(parsing: first.description) == first)
        #expect(try Digest(hex: second.hex) == second)
        #expect((first < second) == (first.description < second.description))
    }

    @Test(
        "what is no digest is refused",
        arguments: [
            "", "sha256:", "sha256:abc", "sha512:" + String(repeating: "a", count: 64),
            String(repeating: "a", count: 64),
            "sha256:" + String(repeating: "a", count: 63), "sha256:" + String(repeating: "a", count: 65),
            "sha256:" + String(repeating: "A", count: 64), "sha256:" + String(repeating: "g", count: 64),
            "sha256:../" + String(repeating: "a", count: 61), "sha256:" + String(repeating: "a", count: 66),
        ])
    func refused(text: String) {
        #expect(throws: DigestError.self) { try Digest(parsing: text) }
    }
}
