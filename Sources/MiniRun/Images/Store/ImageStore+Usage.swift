import CShim
import Namespaces
import SystemPackage

/// What images take on disk: their blobs as they came, their layers unpacked, and what nobody mentions any more.
extension ImageStore {
    /// All of it, in bytes, and how much of that goes when all images but the `needed` ones are removed. What several have
    /// counts once.
    func usage(needed images: [ImageRecord]) throws -> (size: Int64, reclaimable: Int64) {
        let blobs = Set(images.flatMap { [$0.manifest] + $0.blobs }.map(\.hex))
        let layers = Set(images.flatMap(\.layers))
        let left = Files.size(of: incoming)
        var (size, reclaimable) = (left, left)
        for (name, bytes) in try blobSizes() {
            size += bytes
            if !blobs.contains(name) { reclaimable += bytes }
        }
        for layer in try self.layers() {
            let bytes = try note(of: layer).size
            size += bytes
            if !layers.contains(layer) { reclaimable += bytes }
        }
        return (size, reclaimable)
    }

    /// The files of the layout's folder of blobs by name, with their sizes in bytes; among them is what was not finished.
    func blobSizes() throws -> [(name: String, size: Int64)] {
        let folder = blobs.appending("sha256")
        return try Files.names(in: folder).map { ($0, Self.size(of: folder.appending($0))) }
    }

    static func size(of path: FilePath) -> Int64 {
        var status = stat()
        return lstat(path.string, &status) == 0 ? Int64(status.st_size) : 0
    }
}
