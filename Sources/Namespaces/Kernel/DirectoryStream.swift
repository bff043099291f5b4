import CShim
import SystemPackage

/// An open directory that is listed. Names are the bytes that they are: not every name is text.
package struct DirectoryStream: ~Copyable {
    /// A name with a zero at its end, and what kind of file it is, as `d_type` says.
    package typealias Entry = (name: [CChar], type: UInt8)

    private let stream: OpaquePointer
    private let what: String

    /// Lists an open directory, which is closed in the end; `what` is done, for errors. Throws ``KernelError``.
    package init(_ directory: consuming OwnedDescriptor, for what: String) throws(KernelError) {
        let number = directory.release()
        guard let stream = fdopendir(number) else {
            let reason = Errno.current
            close(number)
            throw KernelError(what, reason)
        }
        self.stream = stream
        self.what = what
    }

    deinit { closedir(stream) }

    /// The number of the open directory, borrowed.
    package var descriptor: CInt { dirfd(stream) }

    /// What is in it now, without `.` and `..`. Throws ``KernelError`` rather than to leave out what it could not read.
    package func entries() throws(KernelError) -> [Entry] {
        rewinddir(stream)
        var entries: [Entry] = []
        var reason: CInt = 0
        while let entry = minirun_readdir(stream, &reason) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
                raw.prefix { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
            }
            if name != [46, 0], name != [46, 46, 0] { entries.append((name, entry.pointee.d_type)) }
        }
        if reason != 0 { throw KernelError(what, Errno(rawValue: reason)) }
        return entries
    }
}
