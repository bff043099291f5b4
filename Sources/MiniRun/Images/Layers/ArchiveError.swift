import CShim

/// An archive that cannot be read, in libarchive's words.
public struct ArchiveError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The sentence: `truncated gzip input`.
    public let description: String

    init(_ description: String) { self.description = description }

    /// What libarchive says about the call that has just failed.
    init(of archive: OpaquePointer) {
        let said = archive_error_string(archive).map { String(cString: $0) } ?? ""
        let first = said.prefix(1)
        // Its sentences begin with a capital; a word in capitals (ZSTD) stays one.
        let isWord = said.dropFirst().first?.isUppercase != true
        let words =
            said.isEmpty ? "it cannot be read" : (isWord ? first.lowercased() : String(first)) + said.dropFirst()
        self.init(words)
    }
}
