import CShim
import Namespaces
import SystemPackage

/// Gives the bytes of an archive piece by piece, in order.
public protocol ArchiveSource: AnyObject {
    /// The next bytes, empty at the end. They have to stay where they are until the next call. What it throws is what the
    /// reader's user gets.
    func nextBlock() throws -> UnsafeRawBufferPointer
}

/// What a descriptor gives, from where it stands. libarchive would read by itself, but not tell what the kernel said.
final class DescriptorSource: ArchiveSource {
    private let file: OwnedDescriptor
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)

    /// Takes a copy of the caller's descriptor, so that it does not matter who closes what first; but what is read is read for
    /// both. Throws `KernelError`.
    init(_ descriptor: CInt) throws(KernelError) {
        let copy = minirun_fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw KernelError.current("read the archive") }
        file = OwnedDescriptor(owning: copy)
    }

    deinit { buffer.deallocate() }

    func nextBlock() throws -> UnsafeRawBufferPointer {
        while true {
            let count = read(file.rawValue, buffer.baseAddress, buffer.count)
            if count >= 0 { return UnsafeRawBufferPointer(rebasing: buffer[..<count]) }
            let error = Errno.current
            guard error == .interrupted else { throw KernelError("read the archive", error) }
        }
    }
}
