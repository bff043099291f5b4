import CShim
import SystemPackage

/// The writable layer of an overlay: `upper` and `work`, owned by the container's root, in a directory or in memory.
struct OverlayLayer: ~Copyable {
    /// Path for `upperdir`, valid while this value lives.
    let upper: String
    /// Path for `workdir`.
    let work: String
    /// The tmpfs that is mounted nowhere; nil when the layer is in a directory.
    private let memory: DetachedTree?

    private init(base: String, memory: consuming DetachedTree?) {
        upper = "\(base)/upper"
        work = "\(base)/work"
        self.memory = memory
    }

    /// The layer in `scratch`, or in memory; what is missing of it is made.
    static func prepared(_ scratch: FilePath?, map: IDMap, for what: String) throws(KernelError) -> OverlayLayer {
        let layer: OverlayLayer
        if let scratch {
            if mkdir(scratch.string, 0o711) != 0 {
                let errno = Errno.current
                if errno != .fileExists { throw KernelError("\(what), make \(scratch)", errno) }
            }
            layer = OverlayLayer(base: scratch.string, memory: nil)
        } else {
            let tree = try DetachedTree(inMemoryFor: "\(what), make a layer in memory")
            layer = OverlayLayer(base: "/proc/self/fd/\(tree.descriptor.rawValue)", memory: tree)
        }
        try make(layer.upper, map: map, for: what)
        try make(layer.work, map: map, for: what)
        return layer
    }

    private static func make(_ directory: String, map: IDMap, for what: String) throws(KernelError) {
        if mkdir(directory, 0o755) != 0 {
            let errno = Errno.current
            if errno == .fileExists { return }
            throw KernelError("\(what), make \(directory)", errno)
        }
        let uid = map.outside(uid: 0) ?? 0
        let gid = map.outside(gid: 0) ?? 0
        if uid == geteuid() && gid == getegid() { return }
        if chown(directory, uid, gid) != 0 {
            throw KernelError.current("\(what), give \(directory) to the container's root")
        }
    }
}
