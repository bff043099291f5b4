/// Writes tar archives byte by byte, also such as no program would write (POSIX.1-2017, pax, ustar interchange format).
struct Tar {
    private(set) var bytes: [UInt8] = []

    /// Letters of the kinds.
    static let hardLink: UInt8 = 49, symbolicLink: UInt8 = 50, character: UInt8 = 51, block: UInt8 = 52
    static let directory: UInt8 = 53, fifo: UInt8 = 54, file: UInt8 = 48

    /// One entry. `pax` are records of an extended header before it; `size` is what the header claims when that is not the
    /// truth.
    mutating func add(
        _ name: [UInt8], _ type: UInt8 = Tar.file, _ content: [UInt8] = [], mode: Int = 0o644, uid: Int = 0,
        gid: Int = 0,
        mtime: Int = 1_000_000_000, link: [UInt8] = [], device: (Int, Int) = (0, 0), pax: [(String, [UInt8])] = [],
        size: Int? = nil
    ) {
        if !pax.isEmpty { put(Array("pax".utf8), 120, pax.flatMap { Self.record($0.0, $0.1) }) }
        put(
            name, type, content, mode: mode, uid: uid, gid: gid, mtime: mtime, link: link, device: device,
            size: size ?? content.count)
    }

    /// The same with a text for a name.
    mutating func add(
        _ name: String, _ type: UInt8 = Tar.file, _ content: String = "", mode: Int = 0o644, uid: Int = 0, gid: Int = 0,
        mtime: Int = 1_000_000_000, link: String = "", device: (Int, Int) = (0, 0), pax: [(String, String)] = []
    ) {
        add(
            Array(name.utf8), type, Array(content.utf8), mode: mode, uid: uid, gid: gid, mtime: mtime,
            link: Array(link.utf8), device: device, pax: pax.map { ($0.0, Array($0.1.utf8)) })
    }

    /// A directory.
    mutating func add(directory name: String, mode: Int = 0o755) { add(name, Tar.directory, mode: mode) }

    /// GNU's way to say a long name.
    mutating func addLongName(_ name: [UInt8]) { put(Array("././@LongLink".utf8), 76, name + [0]) }

    /// Two blocks of zeros.
    var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }

    private mutating func put(
        _ name: [UInt8], _ type: UInt8, _ content: [UInt8], mode: Int = 0o644, uid: Int = 0, gid: Int = 0,
        mtime: Int = 0, link: [UInt8] = [], device: (Int, Int) = (0, 0), size: Int? = nil
    ) {
        var header = [UInt8](repeating: 0, count: 512)
        func field(_ place: Int, _ value: [UInt8]) { header.replaceSubrange(place..<place + value.count, with: value) }
        func octal(_ place: Int, _ value: Int, _ width: Int) {
            let digits = Array(String(value, radix: 8).utf8)
            field(place, [UInt8](repeating: 48, count: width - digits.count) + digits)
        }
        field(0, Array(name.prefix(100)))
        octal(100, mode, 7)
        octal(108, uid, 7)
        octal(116, gid, 7)
        octal(124, size ?? content.count, 11)
        octal(136, mtime, 11)
        header[156] = type
        field(157, Array(link.prefix(100)))
        field(257, Array("ustar\u{0}00".utf8))
        octal(329, device.0, 7)
        octal(337, device.1, 7)
        field(148, [UInt8](repeating: 32, count: 8))
        octal(148, header.reduce(0) { $0 + Int($1) }, 6)
        header[154] = 0
        bytes += header + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    /// `LENGTH KEY=VALUE\n`, where the length counts itself.
    private static func record(_ key: String, _ value: [UInt8]) -> [UInt8] {
        let rest = Array(" \(key)=".utf8) + value + [10]
        var length = rest.count + 1
        while String(length).utf8.count + rest.count != length { length = String(length).utf8.count + rest.count }
        return Array(String(length).utf8) + rest
    }
}
