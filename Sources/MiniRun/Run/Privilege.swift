import CShim
import Namespaces

/// Who may start containers.
enum Privilege {
    /// Root, on the host or in a user namespace of one's own; `need` says what wants it for what. Throws a `UsageError` that
    /// names the other ways.
    static func check(_ need: String = "run needs root, to make the host's end of a network") throws(UsageError) {
        guard geteuid() != 0 else { return }
        throw UsageError(
            "\(need): use sudo, or try it without any privilege in `minirun playground`")
    }
}

/// `--cidfile`: must not exist before, holds the id afterwards.
struct IDFile {
    private let path: String

    /// Throws Docker's sentence when the file is there.
    init(_ path: String) throws(UsageError) {
        guard access(path, F_OK) != 0 else {
            throw UsageError("container ID file found, make sure the other container isn't running or delete \(path)")
        }
        self.path = path
    }

    /// Writes the id, without a line's end, as Docker does.
    func write(_ id: String) throws { try Files.write(id, to: .init(path)) }
}
