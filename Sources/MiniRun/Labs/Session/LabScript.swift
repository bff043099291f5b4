import CShim
import Namespaces
import SystemPackage

/// Runs a lab's own shell commands, as root of its world.
enum LabScript {
    /// Runs them to the shell's end, whatever they leave in the background, and returns its exit status and what was said.
    /// Throws `KernelError`.
    static func run(_ script: String) throws -> (status: Int32, output: String) {
        // Into a file: servers that it leaves behind would hold a pipe open.
        let path = LabPlaces.temporary.appending("script.\(getpid())")
        let file = OwnedDescriptor(owning: minirun_open(path.string, O_RDWR | O_CREAT | O_TRUNC, 0o600))
        guard file.rawValue >= 0 else { throw KernelError.current("open \(path)") }
        defer { unlink(path.string) }
        let status = try HostProgram(["/bin/sh", "-c", script], output: file.rawValue).wait().code
        return (status, try Files.text(path).trimmed)
    }
}
