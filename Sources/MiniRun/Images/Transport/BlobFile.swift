import CShim
import Namespaces
import SystemPackage

/// Bytes on their way into a blob's file.
enum BlobFile {
    /// Writes all of them. Throws `KernelError`.
    static func write(_ bytes: UnsafeRawBufferPointer, to file: CInt, _ path: FilePath) throws(KernelError) {
        var done = 0
        while done < bytes.count {
            let written = CShim.write(file, bytes.baseAddress?.advanced(by: done), bytes.count - done)
            if written < 0 {
                let error = Errno.current
                if error == .interrupted { continue }
                throw KernelError("write \(path)", error)
            }
            done += written
        }
    }
}
