import CShim
import SystemPackage

/// Wakes whoever waits for the files of a directory to change (inotify(7)): they grow, appear, go, or are renamed.
///
/// What changed is not said, only that something did: the kernel may drop and merge reports, so a look at the files
/// themselves has to follow anyway. Open the watch before the first look and no change is missed.
package struct DirectoryWatch: ~Copyable {
    private let queue: OwnedDescriptor

    /// To be polled for input.
    package var descriptor: CInt { queue.rawValue }

    /// Starts watching an existing directory.
    package init(_ directory: FilePath) throws(KernelError) {
        let number = inotify_init1(CInt(IN_CLOEXEC | IN_NONBLOCK))
        guard number >= 0 else {
            let error = Errno.current
            throw KernelError(
                "watch \(directory)", error,
                hint: error == .tooManyOpenFiles ? "raise fs.inotify.max_user_instances" : nil)
        }
        let queue = OwnedDescriptor(owning: number)
        let changes = IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF
        guard inotify_add_watch(number, directory.string, UInt32(changes) | UInt32(IN_ONLYDIR)) >= 0 else {
            let error = Errno.current
            throw KernelError(
                "watch \(directory)", error, hint: error == .noSpace ? "raise fs.inotify.max_user_watches" : nil)
        }
        self.queue = queue
    }

    /// Forgets the changes up to now. To be called before the look that follows, not after it.
    package func clear() {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
            while read(descriptor, buffer.baseAddress, buffer.count) > 0 {}
        }
    }
}
