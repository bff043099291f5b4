import CShim

/// What an archive says about one file. Nothing of it has been checked: it is as somebody wrote it.
public struct ArchiveEntry: Sendable, Equatable {
    /// What kind of file it is.
    public enum Kind: Sendable, Equatable {
        /// With content.
        case file
        case directory
        /// To the given path, which may be anything.
        case symbolicLink(target: [UInt8])
        /// One more name for an earlier entry of the archive.
        case hardLink(target: [UInt8])
        case fifo
        case characterDevice(major: UInt32, minor: UInt32)
        case blockDevice(major: UInt32, minor: UInt32)
        /// A kind that tar has no letter for.
        case other
    }

    /// An extended attribute.
    public struct Attribute: Sendable, Equatable {
        /// With its name space: `security.capability`.
        public let name: String
        /// Any bytes.
        public let value: [UInt8]
    }

    /// The bytes of the name, without those from a NUL on.
    public let path: [UInt8]
    /// The kind.
    public let kind: Kind
    /// In bytes; with holes counted.
    public let size: Int64
    /// The permission bits with setuid, setgid and sticky.
    public let mode: mode_t
    /// The owner's number, which need not be a possible one.
    public let uid: Int64
    /// The group's number, likewise.
    public let gid: Int64
    /// The time of the last change, if any is given.
    public let mtime: timespec?
    /// Extended attributes.
    public let attributes: [Attribute]

    /// The name as text; bytes that are no UTF-8 are replaced.
    public var name: String { String(decoding: path, as: UTF8.self) }

    /// Copies what libarchive has read.
    init(_ entry: OpaquePointer) {
        path = Self.bytes(archive_entry_pathname(entry))
        kind = Self.kind(of: entry)
        size = archive_entry_size_is_set(entry) != 0 ? archive_entry_size(entry) : 0
        mode = archive_entry_perm(entry) & 0o7777
        uid = archive_entry_uid(entry)
        gid = archive_entry_gid(entry)
        mtime =
            archive_entry_mtime_is_set(entry) == 0
            ? nil : timespec(tv_sec: archive_entry_mtime(entry), tv_nsec: Int(archive_entry_mtime_nsec(entry)))
        attributes = Self.attributes(of: entry)
    }

    private static func kind(of entry: OpaquePointer) -> Kind {
        if let target = archive_entry_hardlink(entry) { return .hardLink(target: bytes(target)) }
        let major = UInt32(truncatingIfNeeded: archive_entry_rdevmajor(entry))
        let minor = UInt32(truncatingIfNeeded: archive_entry_rdevminor(entry))
        return switch archive_entry_filetype(entry) & mode_t(S_IFMT) {
        case mode_t(S_IFREG): .file
        case mode_t(S_IFDIR): .directory
        case mode_t(S_IFLNK): .symbolicLink(target: bytes(archive_entry_symlink(entry)))
        case mode_t(S_IFIFO): .fifo
        case mode_t(S_IFCHR): .characterDevice(major: major, minor: minor)
        case mode_t(S_IFBLK): .blockDevice(major: major, minor: minor)
        default: .other
        }
    }

    private static func attributes(of entry: OpaquePointer) -> [Attribute] {
        guard archive_entry_xattr_reset(entry) > 0 else { return [] }
        var attributes: [Attribute] = []
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        while archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK {
            guard let name else { continue }
            let bytes = UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : size)
            attributes.append(Attribute(name: String(cString: name), value: Array(bytes)))
        }
        return attributes
    }

    private static func bytes(_ text: UnsafePointer<CChar>?) -> [UInt8] {
        guard let text else { return [] }
        return Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    }

    /// `timespec` is C's and has no equality.
    public static func == (left: ArchiveEntry, right: ArchiveEntry) -> Bool {
        left.path == right.path && left.kind == right.kind && left.size == right.size && left.mode == right.mode
            && left.uid == right.uid && left.gid == right.gid && left.attributes == right.attributes
            && left.mtime?.tv_sec == right.mtime?.tv_sec && left.mtime?.tv_nsec == right.mtime?.tv_nsec
    }
}
