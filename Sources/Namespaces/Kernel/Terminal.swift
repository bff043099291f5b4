import CShim
import SystemPackage

/// A terminal behind a descriptor that stays its owner's; see termios(3) and tty_ioctl(4).
public struct Terminal: Sendable {
    /// Columns and rows, in characters, and the picture's size in pixels where the terminal knows it.
    public struct Size: Sendable, Hashable {
        /// Characters in a line.
        public var columns: UInt16
        /// Lines.
        public var rows: UInt16
        /// Pixels; 0 where unknown.
        public var pixelWidth: UInt16 = 0
        /// Pixels; 0 where unknown.
        public var pixelHeight: UInt16 = 0

        /// A size in characters.
        public init(columns: UInt16, rows: UInt16) {
            self.columns = columns
            self.rows = rows
        }
    }

    /// A terminal's settings, to be put back later.
    public struct Settings: Sendable {
        fileprivate let attributes: termios
    }

    /// The descriptor, borrowed.
    public let descriptor: CInt

    /// The terminal behind this descriptor; nil when it is none (isatty(3)).
    public init?(_ descriptor: CInt) {
        guard isatty(descriptor) == 1 else { return nil }
        self.descriptor = descriptor
    }

    /// Whether one of our own standard streams is a terminal; of the input only if it is to be used.
    public static func isAmongStreams(withInput: Bool) -> Bool {
        ((withInput ? [0] : []) + [1, 2]).contains { isatty($0) == 1 }
    }

    /// The present settings. Throws `KernelError`.
    public func settings() throws(KernelError) -> Settings {
        var attributes = termios()
        let answer = tcgetattr(descriptor, &attributes)
        guard answer == 0 else { throw KernelError.current("read the terminal's settings") }
        return Settings(attributes: attributes)
    }

    /// Hands every key on as it is typed, control keys too, without echo; returns what `restore` takes. Throws `KernelError`.
    public func enterRawMode() throws(KernelError) -> Settings {
        let before = try settings()
        var raw = before.attributes
        cfmakeraw(&raw)
        try apply(raw)
        return before
    }

    /// Puts earlier settings back after what was written has been shown. Throws `KernelError`.
    public func restore(_ settings: Settings) throws(KernelError) {
        try apply(settings.attributes)
    }

    private func apply(_ attributes: termios) throws(KernelError) {
        var attributes = attributes
        let answer = tcsetattr(descriptor, TCSADRAIN, &attributes)
        guard answer == 0 else { throw KernelError.current("change the terminal's settings") }
    }

    /// The window's size (TIOCGWINSZ). Throws `KernelError`.
    public func size() throws(KernelError) -> Size {
        var window = winsize()
        let answer = minirun_ioctl(descriptor, UInt(TIOCGWINSZ), &window)
        guard answer == 0 else { throw KernelError.current("read the terminal's size") }
        var size = Size(columns: window.ws_col, rows: window.ws_row)
        size.pixelWidth = window.ws_xpixel
        size.pixelHeight = window.ws_ypixel
        return size
    }

    /// Changes the window's size (TIOCSWINSZ); the kernel sends SIGWINCH to the foreground processes. Throws `KernelError`.
    public func resize(to size: Size) throws(KernelError) {
        var window = winsize(
            ws_row: size.rows, ws_col: size.columns, ws_xpixel: size.pixelWidth, ws_ypixel: size.pixelHeight)
        let answer = minirun_ioctl(descriptor, UInt(TIOCSWINSZ), &window)
        guard answer == 0 else { throw KernelError.current("change the terminal's size") }
    }
}
