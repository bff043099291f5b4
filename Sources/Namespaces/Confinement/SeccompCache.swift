import CShim
import SystemPackage

/// Compiled filters on disk, one file each, so that a start reads 4 kB instead of compiling for milliseconds.
///
/// A file is named after the hash of what its filter depends on and begins with that text itself: a collision, or a file
/// from another time, is a miss. Files belong to the caller alone; anything else in their place is ignored.
struct SeccompCache {
    private let directory: FilePath

    init(_ directory: FilePath) { self.directory = directory }

    /// Everything that a compiled filter depends on, as one line of text.
    static func key(profile: String, capabilities: CapabilitySet) -> String {
        let library = seccomp_version()?.pointee
        let version = library.map { "\($0.major).\($0.minor).\($0.micro)" } ?? "?"
        let machine = "\(String(seccomp_arch_native(), radix: 16)) \(KernelRelease.current)"
        return "1 \(profile) caps=\(String(capabilities.rawValue, radix: 16)) libseccomp=\(version) \(machine)"
            .replacing("\n", with: " ") + "\n"
    }

    /// The filter kept under this key, if there is one that can be trusted.
    func read(_ key: String) -> SeccompFilter? {
        let number = minirun_open(path(key).string, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0)
        guard number >= 0 else { return nil }
        let file = OwnedDescriptor(owning: number)
        guard let bytes = Files.content(of: file, ownedBy: geteuid()), bytes.starts(with: key.utf8) else { return nil }
        return SeccompFilter(program: Array(bytes.dropFirst(key.utf8.count)))
    }

    /// Keeps a filter. Failing is no error: the next start compiles it again.
    func write(_ filter: SeccompFilter, under key: String) {
        // Not the directories above it: before a first start there are none, and a plan shall make none.
        mkdir(directory.string, 0o700)
        try? Files.write(Array(key.utf8) + filter.program, to: path(key), mode: 0o600)
    }

    private func path(_ key: String) -> FilePath {
        // FNV-1a: Swift's own hashes differ from process to process.
        let hash = key.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return directory.appending(String(hash, radix: 16))
    }
}
