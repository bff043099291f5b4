import CShim

/// A directory of the machine's, for what worlds with a /run of their own have to see; it goes with its owner.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        var name = Array("/tmp/minirun-test.XXXXXX".utf8CString)
        guard let made = mkdtemp(&name) else { throw HarnessError("no temporary directory in /tmp") }
        path = String(cString: made)
    }

    deinit { _ = try? command("rm", "-rf", path) }
}
