import CShim
import Namespaces
import SystemPackage

/// Shows a text that is longer than the screen page by page, with PAGER or less(1); into a pipe it is printed.
public enum Pager {
    /// Shows it. Throws `KernelError`.
    public static func show(_ text: String) throws {
        let rows = (try? Terminal(1)?.size()).map { Int($0.rows) } ?? 0
        guard isatty(1) == 1, rows > 0, text.utf8.count(where: { $0 == UInt8(ascii: "\n") }) >= rows else {
            return print(text, terminator: "")
        }
        let name = (getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp") + "/minirun-sheet.XXXXXX"
        var path = Array(name.utf8CString)
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else { return print(text, terminator: "") }
        close(descriptor)
        let file = String(untilNul: path)
        defer { unlink(file) }
        try Files.write(text, to: FilePath(file), mode: 0o600)
        let pager = ["/bin/sh", "-c", "exec ${PAGER:-less -R} \"$1\"", "sh", file]
        // Without a pager there is still a terminal.
        if try HostProgram(pager).wait().code == 127 { print(text, terminator: "") }
    }
}
