import SystemPackage

/// Stands for the kernel's errors, which no parser throws.
public struct KernelError: Error {
    init(_ operation: String, _ errno: Errno, hint: String? = nil) {}
}

/// Stands for the readers beside the parsers.
package enum Files {
    package static func text(_ path: FilePath) throws(KernelError) -> String {
        throw KernelError("read a file", .noSuchFileOrDirectory)
    }
}
