import CShim
import Namespaces
import SystemPackage

/// Takes away what no image mentions: blobs, layers, and what killed processes have left.
struct ImageCollection {
    let store: ImageStore

    /// Does so if nobody is bringing anything; else the next one does. Returns the bytes that the disk got back. Throws
    /// `KernelError`, `CorruptFile`.
    @discardableResult
    func run() throws -> Int64 {
        guard let lock = try store.clearing() else { return 0 }
        defer { withExtendedLifetime(lock) {} }
        var freed = try IncomingDirectory.sweep(store)
        try store.sweepHolds()
        // A record that cannot be read may mention anything.
        var images: [ImageRecord] = []
        for id in try store.ids() { if let image = try store.record(id) { images.append(image) } }
        let blobs = Set(images.flatMap { [$0.manifest] + $0.blobs }.map(\.hex))
        let layers = Set(images.flatMap(\.layers))
        for (name, size) in try store.blobSizes() where !blobs.contains(name) {
            freed += size
            try Files.removeTree(store.blobs.appending("sha256").appending(name))
        }
        for layer in try store.layers().subtracting(layers) {
            freed += try store.note(of: layer).size
            try store.remove(layer: layer)
        }
        try writeIndex(images)
        return freed
    }

    /// The layout's list of images, for other tools: `skopeo inspect oci:/var/lib/minirun/images/oci:nginx:latest`.
    func writeIndex(_ images: [ImageRecord]) throws {
        try Files.makeDirectory(store.blobs.appending("sha256"))
        let names = try store.allNames()
        let manifests = images.sorted { $0.id < $1.id }.flatMap { image -> [JSONValue] in
            let size = ImageStore.size(of: store.blob(image.manifest))
            let known = names.filter { $0.id == image.id }.map(\.reference.description)
            return (known.isEmpty ? [nil] : known.map { $0 as String? }).map { name in
                .record([
                    "mediaType": "application/vnd.oci.image.manifest.v1+json",
                    "digest": .string("\(image.manifest)"), "size": .integer(size),
                    "annotations": name.map { ["org.opencontainers.image.ref.name": .string($0)] },
                ])
            }
        }
        let index: JSONValue = ["schemaVersion": 2, "manifests": .array(manifests)]
        try Files.write(index.compact + "\n", to: store.layout.appending("index.json"))
        try Files.write("{\"imageLayoutVersion\": \"1.0.0\"}\n", to: store.layout.appending("oci-layout"))
    }
}
