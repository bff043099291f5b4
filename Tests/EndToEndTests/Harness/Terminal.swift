import CShim

/// A pseudo terminal of the test: a program runs on its far side, the test types and reads on the near one.
final class Terminal {
    /// The path of the far side.
    let path: String
    private let near: CInt
    private var seen: [UInt8] = []

    /// Opens one of the given size.
    init(rows: UInt16, columns: UInt16) throws {
        near = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)
        var name = [CChar](repeating: 0, count: 128)
        guard near >= 0, grantpt(near) == 0, unlockpt(near) == 0, ptsname_r(near, &name, name.count) == 0 else {
            throw HarnessError("no pseudo terminal: errno \(minirun_errno())")
        }
        path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        _ = minirun_fcntl(near, F_SETFL, Int(O_RDWR | O_NONBLOCK))
        resize(rows: rows, columns: columns)
    }

    deinit { close(near) }

    /// Changes its size, as a window does.
    func resize(rows: UInt16, columns: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = minirun_ioctl(near, UInt(TIOCSWINSZ), &size)
    }

    /// Types.
    func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(near, bytes, bytes.count)
    }

    /// What has come so far.
    func screen() -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(near, &buffer, buffer.count)
            guard count > 0 else { break }
            seen += buffer[..<count]
        }
        return String(decoding: seen, as: UTF8.self)
    }

    /// Waits until a text has come.
    func shows(_ text: String, within seconds: Double = 20) -> Bool {
        eventually(within: seconds) { screen().contains(text) }
    }

    /// Whether its lines are edited and echoed by the kernel: the state that a program has to leave behind.
    var isCooked: Bool {
        var settings = termios()
        tcgetattr(near, &settings)
        let cooked = tcflag_t(ICANON | ECHO | ISIG)
        return settings.c_lflag & cooked == cooked
    }
}
