/// The way to an entry, from the top of its layer: checked, without `.` and double slashes. It can still lead through
/// something that is no directory; that is for the kernel to say.
struct EntryPath: Equatable {
    /// What an entry of this name stands for (OCI image specification, layer.md, Whiteouts).
    enum Meaning: Equatable {
        /// Itself.
        case entry
        /// The file of this name in the layers below is gone.
        case whiteout(of: [UInt8])
        /// All that the layers below have in its directory is gone.
        case opaque
        /// A file of AUFS's own, which nobody wants.
        case auxiliary
    }

    /// `usr/bin/env`; empty: the top itself.
    let bytes: [UInt8]
    /// Where the last name begins.
    private let last: Int
    let meaning: Meaning

    /// The directory that it is in.
    var parent: ArraySlice<UInt8> { bytes[..<max(last - 1, 0)] }
    /// The last name, empty for the top.
    var name: ArraySlice<UInt8> { bytes[last...] }
    /// The names of all the directories above, from the top.
    var directories: [ArraySlice<UInt8>] { parent.split(separator: Self.slash) }

    /// Checks a name. Throws ``LayerError`` that does not name the entry yet.
    init(_ raw: [UInt8], depth limit: Int = LayerLimits().depth) throws(LayerError) {
        guard !raw.isEmpty else { throw LayerError("it has no name") }
        // A lone one is what umoci calls the top.
        guard raw[0] != Self.slash || raw.count == 1 else { throw LayerError("its name is absolute") }
        // PATH_MAX counts the zero at the end.
        guard raw.count < 4096 else { throw LayerError("its name is too long") }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(raw.count)
        var last = 0
        var depth = 0
        var isAuxiliary = false
        var meaning = Meaning.entry
        for name in raw.split(separator: Self.slash) where !name.elementsEqual(".".utf8) {
            guard !name.elementsEqual("..".utf8) else { throw LayerError("it leads out of the layer") }
            guard name.count <= 255 else { throw LayerError("its name is too long") }
            guard case .entry = meaning else { throw LayerError("nothing can be in a whiteout") }
            if !bytes.isEmpty { bytes.append(Self.slash) }
            last = bytes.count
            bytes += name
            depth += 1
            let found = try Self.meaning(of: name)
            // AUFS keeps directories too, .wh..wh.plnk among them.
            if found == .auxiliary { isAuxiliary = true } else { meaning = found }
        }
        guard depth <= limit else { throw LayerError("it is more than \(limit) directories deep") }
        self.bytes = bytes
        self.last = last
        self.meaning = isAuxiliary ? .auxiliary : meaning
    }

    private static func meaning(of name: ArraySlice<UInt8>) throws(LayerError) -> Meaning {
        guard name.starts(with: ".wh.".utf8) else { return .entry }
        if name.elementsEqual(".wh..wh..opq".utf8) { return .opaque }
        if name.starts(with: ".wh..wh.".utf8) { return .auxiliary }
        let hidden = Array(name.dropFirst(4))
        guard !hidden.isEmpty, hidden != [46], hidden != [46, 46] else {
            throw LayerError("it is a whiteout of nothing that a directory can have")
        }
        return .whiteout(of: hidden)
    }

    private static let slash = UInt8(ascii: "/")
}
