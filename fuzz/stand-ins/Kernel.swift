import SystemPackage

/// Stands for the kernel's errors, which no parser throws.
public struct KernelError: Error {
    init(_ operation: String, _ errno: Errno, hint: String? = nil) {}
}

/// Stands for the readers beside the parsers.
enum SmallFile {
    static func read(_ path: String) throws(KernelError) -> String { throw KernelError(path, .noSuchFileOrDirectory) }
}
