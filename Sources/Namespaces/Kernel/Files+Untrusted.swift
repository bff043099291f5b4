import CShim
import SystemPackage

extension Files {
    /// The bytes of a regular file up to `limit`; with `owner`, only of one that belongs to it and that nobody else may
    /// write. Nil when it is anything else, or cannot be read.
    package static func content(
        of file: borrowing OwnedDescriptor, ownedBy owner: uid_t? = nil, limit: Int = 1 << 20
    ) -> [UInt8]? {
        var status = stat()
        guard fstat(file.rawValue, &status) == 0, status.st_mode & mode_t(S_IFMT) == mode_t(S_IFREG) else { return nil }
        if let owner {
            guard status.st_uid == owner, status.st_mode & 0o022 == 0 else { return nil }
        }
        let size = Int(status.st_size)
        guard size <= limit else { return nil }
        let number = file.rawValue
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = pread(number, buffer.baseAddress?.advanced(by: count), size - count, off_t(count))
                if got < 0, Errno.current == .interrupted { continue }
                failed = got < 0
                guard got > 0 else { break }
                count += got
            }
        }
        return failed ? nil : bytes
    }
}
