import CShim
import Namespaces
import SystemPackage

extension LayerTree {
    /// Gives an open file away. Returns the mode that it may have then: without the owner that was meant, setuid and setgid
    /// would lend out another's rights. Throws ``LayerError``.
    func setOwner(of file: borrowing OwnedDescriptor, _ entry: ArchiveEntry) throws(LayerError) -> mode_t {
        let (user, group) = try Self.owner(of: entry)
        return try settle(entry, fchown(file.rawValue, user, group))
    }

    /// The same for a file that cannot be opened, whose link is not followed.
    func setOwner(of name: ArraySlice<UInt8>, in parent: CInt, _ entry: ArchiveEntry) throws(LayerError) -> mode_t {
        let (user, group) = try Self.owner(of: entry)
        return try settle(entry, name.withCPath { fchownat(parent, $0, user, group, AT_SYMLINK_NOFOLLOW) })
    }

    private func settle(_ entry: ArchiveEntry, _ result: CInt) throws(LayerError) -> mode_t {
        if result == 0 { return entry.mode }
        let reason = Errno.current
        guard maySettle, reason == .notPermitted || reason == .invalidArgument else {
            throw LayerError(kernel: reason, "set the owner \(entry.uid):\(entry.gid)")
        }
        keptOwners += 1
        return entry.mode & 0o1777
    }

    private static func owner(of entry: ArchiveEntry) throws(LayerError) -> (uid_t, gid_t) {
        // The last number means to chown(2): leave it as it is.
        guard let user = uid_t(exactly: entry.uid), user != .max, let group = gid_t(exactly: entry.gid), group != .max
        else { throw LayerError("it belongs to \(entry.uid):\(entry.gid), which nobody can be") }
        return (user, group)
    }

    /// Sets the attributes of an open file. Throws ``LayerError``.
    func setAttributes(of file: borrowing OwnedDescriptor, _ entry: ArchiveEntry) throws(LayerError) {
        for attribute in entry.attributes where Self.isWelcome(attribute.name) {
            try check(attribute, fsetxattr(file.rawValue, attribute.name, attribute.value, attribute.value.count, 0))
        }
    }

    /// The same for a file that cannot be opened: by way of /proc, for setxattr(2) has no form with a directory before Linux
    /// 6.13.
    func setAttributes(of name: ArraySlice<UInt8>, in parent: CInt, _ entry: ArchiveEntry) throws(LayerError) {
        for attribute in entry.attributes where Self.isWelcome(attribute.name) {
            let path = Array("/proc/self/fd/\(parent)/".utf8) + name
            let value = attribute.value
            try check(attribute, path[...].withCPath { lsetxattr($0, attribute.name, value, value.count, 0) })
        }
    }

    /// overlayfs's own would change what is seen of other layers, and labels are the host's to give.
    private static func isWelcome(_ name: String) -> Bool {
        let parts = name.utf8
        if parts.starts(with: "trusted.overlay.".utf8) || parts.starts(with: "user.overlay.".utf8) { return false }
        return !parts.starts(with: "security.".utf8) || name == "security.capability"
    }

    /// A file system without attributes, and an attribute that only root may set, are no reason to go without the layer; tar
    /// and Docker think so as well.
    private func check(_ attribute: ArchiveEntry.Attribute, _ result: CInt) throws(LayerError) {
        if result == 0 { return }
        let reason = Errno.current
        if reason == .notSupported
            || reason == .notPermitted && (maySettle || attribute.name.utf8.starts(with: "user.".utf8))
        {
            return
        }
        throw LayerError(kernel: reason, "set the attribute \(attribute.name.goQuoted)")
    }
}
