import CShim
import Namespaces
import SystemPackage

/// A directory that is filled with a layer: the ways in it, and what is put at their ends.
///
/// Directories get their mode and time last: by then nothing is made in them any more, and meanwhile their owner can write.
final class LayerTree {
    /// What a directory gets at the end.
    private struct Stamp {
        var mode: mode_t
        var time: timespec?
    }

    private let top: OwnedDescriptor
    /// The directory of the last entry: most entries have their neighbours before and behind them.
    private var current: (path: [UInt8], descriptor: CInt)?
    private var stamps: [[UInt8]: Stamp] = [:]
    private var stampedBytes = 0
    /// The bytes that were written.
    var contentSize: Int64 = 0
    /// Owners that could not be set.
    var keptOwners = 0
    /// Whether an owner that cannot be set is left as it is.
    let maySettle: Bool

    let limits: LayerLimits
    private var directories = 0

    /// Makes the directory, which must not be there. Throws ``LayerError``.
    init(making path: FilePath, limits: LayerLimits) throws(LayerError) {
        self.limits = limits
        maySettle = geteuid() != 0 || OverlayRoot.isInsideUserNamespace
        guard mkdir(path.string, 0o700) == 0 else { throw LayerError(kernel: .current, "create directory \(path)") }
        let number = minirun_open(path.string, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0)
        guard number >= 0 else {
            let reason = Errno.current
            rmdir(path.string)
            throw LayerError(kernel: reason, "open \(path)")
        }
        top = OwnedDescriptor(owning: number)
        stamps[[]] = Stamp(mode: 0o755)
    }

    deinit { leave() }

    /// Gives the directories their modes and times, those below before those above: without privilege a mode can close the
    /// way down. Throws ``LayerError``.
    func finish() throws(LayerError) {
        leave()
        for path in stamps.keys.sorted(by: { $1.lexicographicallyPrecedes($0) }) {
            guard let stamp = stamps[path] else { continue }
            let number =
                path.isEmpty
                ? Self.copy(of: top.rawValue) : path[...].withCPath { minirun_open_directory_beneath(top.rawValue, $0) }
            guard number >= 0 else { throw LayerError(kernel: .current).of(path) }
            let directory = OwnedDescriptor(owning: number)
            guard fchmod(directory.rawValue, stamp.mode) == 0 else {
                throw LayerError(kernel: .current, "set the mode").of(path)
            }
            guard let time = stamp.time else { continue }
            let times = Self.times(time)
            guard futimens(directory.rawValue, times) == 0 else {
                throw LayerError(kernel: .current, "set the time").of(path)
            }
        }
    }

    /// An entry may ask for as many directories as it has parts; all together are not to be more than entries may be.
    func countDirectory() throws(LayerError) {
        directories += 1
        guard directories <= limits.entries else {
            throw LayerError("there are more than \(limits.entries) directories")
        }
    }

    /// Notes what a directory gets in the end. Throws ``LayerError`` when that becomes too much to remember.
    func stamp(_ path: [UInt8], mode: mode_t, time: timespec?) throws(LayerError) {
        if stamps.updateValue(Stamp(mode: mode, time: time), forKey: path) == nil { stampedBytes += path.count }
        guard stampedBytes <= limits.names else {
            throw LayerError("the names of its directories take more than \(limits.names >> 20) MiB")
        }
    }

    /// Forgets a directory that may have gone.
    func forget(_ path: EntryPath) {
        stamps[path.bytes] = nil
        if current?.path == path.bytes { leave() }
    }

    /// Access and change have the same time: nobody has read the file since.
    static func times(_ time: timespec) -> [timespec] { [time, time] }

    /// The directory that an entry is in, made where it is missing; borrowed, valid until the next call.
    func parent(of path: EntryPath) throws(LayerError) -> CInt {
        if path.parent.isEmpty { return top.rawValue }
        if let current, current.path.elementsEqual(path.parent) { return current.descriptor }
        let (number, reason) = open(path.parent)
        if let number { return enter(path.parent, number) }
        guard reason == .noSuchFileOrDirectory || reason == .notDirectory || reason == .tooManySymbolicLinkLevels else {
            throw LayerError(kernel: reason)
        }
        return enter(path.parent, try way(to: path, making: true))
    }

    /// The directory that an entry is in, where it is there; borrowed, valid until the next call. Throws ``LayerError`` when
    /// the way leads through something else.
    func existingParent(of path: EntryPath) throws(LayerError) -> CInt? {
        if path.parent.isEmpty { return top.rawValue }
        if let current, current.path.elementsEqual(path.parent) { return current.descriptor }
        let (number, reason) = open(path.parent)
        if let number { return enter(path.parent, number) }
        if reason == .noSuchFileOrDirectory { return nil }
        return enter(path.parent, try way(to: path, making: false))
    }

    private func open(_ path: ArraySlice<UInt8>) -> (CInt?, Errno) {
        let number = path.withCPath { minirun_open_directory_beneath(top.rawValue, $0) }
        return number >= 0 ? (number, Errno(rawValue: 0)) : (nil, .current)
    }

    private func enter(_ path: ArraySlice<UInt8>, _ number: CInt) -> CInt {
        leave()
        current = (Array(path), number)
        return number
    }

    /// Whatever was opened may be gone from its place soon.
    func leave() {
        if let current { close(current.descriptor) }
        current = nil
    }

    /// Goes name by name: makes what is missing, and finds what is in the way.
    private func way(to path: EntryPath, making: Bool) throws(LayerError) -> CInt {
        var here = OwnedDescriptor(owning: Self.copy(of: top.rawValue))
        var end = 0
        for name in path.directories {
            end += (end == 0 ? 0 : 1) + name.count
            let shown = path.bytes[..<end]
            var number = Self.open(name, in: here.rawValue)
            var reason = Errno.current
            if number < 0, reason == .notDirectory || reason == .tooManySymbolicLinkLevels {
                guard making, Self.isWhiteout(name, in: here.rawValue) else {
                    throw Self.obstacle(shown, name, in: here.rawValue)
                }
            }
            if number < 0, making {
                try makeDirectory(name, in: here.rawValue)
                number = Self.open(name, in: here.rawValue)
                reason = .current
            }
            guard number >= 0 else { throw LayerError(kernel: reason) }
            here = OwnedDescriptor(owning: number)
        }
        return here.release()
    }

    /// One more descriptor for a directory, close-on-exec like all.
    static func copy(of directory: CInt) -> CInt { minirun_fcntl(directory, F_DUPFD_CLOEXEC, 0) }

    static func open(_ name: ArraySlice<UInt8>, in directory: CInt) -> CInt {
        name.withCPath { minirun_openat(directory, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0) }
    }

    private static func obstacle(_ path: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>, in directory: CInt) -> LayerError
    {
        let shown = String(decoding: path, as: UTF8.self).goQuoted
        return switch kind(of: name, in: directory)?.type {
        case mode_t(S_IFLNK): LayerError("its way leads through \(shown), a symbolic link")
        default: LayerError("its way leads through \(shown), which is no directory")
        }
    }
}

extension ArraySlice<UInt8> {
    /// Calls with the bytes as C takes them. There is no zero among them: C has given them.
    func withCPath<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { buffer in
            UnsafeMutableRawBufferPointer(buffer).copyBytes(from: self)
            buffer[count] = 0
            // Never nil: there is room for the zero at least.
            guard let start = buffer.baseAddress else { fatalError("no memory for a path") }
            return body(start)
        }
    }
}
