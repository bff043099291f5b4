import CShim
import Namespaces
import SystemPackage

/// Between the look at an image's record and the container's own record nothing says that the image is in use. So who
/// starts from an image holds it until then, together with others (flock on `records/HEX.users`), and who removes it holds
/// it alone, and asks for its containers only then.
extension ImageStore {
    /// An image and the hold on it. Throws as ``find(_:)`` does.
    func hold(_ text: String) throws -> (image: ImageRecord, hold: FileLock) {
        while true {
            let image = try find(text)
            // In the way is only somebody who removes it.
            if let lock = try FileLock.take(file: users(image.id), shared: true), isKept(image.id, lock) {
                return (image, lock)
            }
            usleep(1000)
        }
    }

    /// Holds an image that is to be removed, which starts may want to finish first; nil when they do not within the time.
    func holdAlone(_ id: Digest, seconds: Double) throws -> FileLock? {
        let end = Moment.after(seconds: seconds)
        while true {
            if let lock = try FileLock.take(file: users(id), shared: false) { return lock }
            if end.hasCome { return nil }
            usleep(1000)
        }
    }

    /// Whether the image was not removed while its lock was waited for: neither the record nor the lock's file.
    private func isKept(_ id: Digest, _ lock: FileLock) -> Bool {
        var status = stat()
        return fstat(lock.descriptor, &status) == 0 && status.st_nlink > 0 && access(file(id).string, F_OK) == 0
    }

    /// Removes an image's record; its remover holds it alone.
    func remove(_ id: Digest) throws {
        try Files.removeTree(file(id))
        try Files.removeTree(users(id))
    }

    /// Removes the locks of images that are gone: of who came too late.
    func sweepHolds() throws {
        let ids = Set(try ids())
        for id in try digests(endingIn: ".users") where !ids.contains(id) {
            guard let lock = try holdAlone(id, seconds: 0) else { continue }
            try withExtendedLifetime(lock) { if access(file(id).string, F_OK) != 0 { try remove(id) } }
        }
    }
}
