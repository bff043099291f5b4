import CShim
import SystemPackage

/// Whole-file reads and single writes of the small text files that /proc and /etc are made of.
public enum SmallFile {
    /// Reads a file to its end; bytes that are no UTF-8 are replaced.
    public static func read(_ path: String) throws(KernelError) -> String {
        let number = minirun_open(path, O_RDONLY, 0)
        if number < 0 {
            throw KernelError.current("open \(path)")
        }
        let file = OwnedDescriptor(owning: number)
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = CShim.read(file.rawValue, &chunk, chunk.count)
            if count < 0 {
                let errno = Errno.current
                if errno == .interrupted { continue }
                throw KernelError("read \(path)", errno)
            }
            if count == 0 { return String(decoding: content, as: UTF8.self) }
            content += chunk[..<count]
        }
    }

    /// Writes a text to an existing file in one call, as files of /proc want it.
    public static func write(_ text: String, to path: String) throws(KernelError) {
        let number = minirun_open(path, O_WRONLY, 0)
        if number < 0 {
            throw KernelError.current("open \(path)")
        }
        let file = OwnedDescriptor(owning: number)
        let bytes = Array(text.utf8)
        if CShim.write(file.rawValue, bytes, bytes.count) < 0 {
            throw KernelError.current("write to \(path)")
        }
    }
}
