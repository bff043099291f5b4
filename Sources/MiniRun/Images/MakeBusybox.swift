import CShim
import Namespaces
import SystemPackage

/// Makes the image that is always there: on first use, by `rootfs-tools/make-busybox` from Debian's busybox-static.
struct MakeBusybox: Step, Equatable {
    private let script: FilePath
    private let rootfs: FilePath
    private let paths: StatePaths

    /// Throws `ImageError` when the script is missing.
    init(at rootfs: FilePath, _ paths: StatePaths) throws {
        guard let script = try OwnProgram.companion("rootfs-tools/make-busybox") else {
            throw ImageError("image busybox: rootfs-tools/make-busybox is not beside this program; run make install")
        }
        self.script = script
        self.rootfs = rootfs
        self.paths = paths
    }

    /// Throws `ImageError` with what to do when busybox is missing. The image stays, whatever becomes of the container.
    func apply(on stage: Stage) throws {
        try ImageStore(paths).prepare()
        try Files.makeDirectory(rootfs.removingLastComponent())
        // A first use may come from several runs at once; the first makes it, the others find it made.
        let section = try FileLock.enter(rootfs.removingLastComponent().appending("lock"))
        defer { withExtendedLifetime(section) {} }
        if access(rootfs.string, F_OK) == 0 { return }
        let (status, output) = try Command.run([script.string, rootfs.string])
        guard status == 0 else {
            throw ImageError("image busybox: \(output.isEmpty ? "make-busybox failed" : output)")
        }
    }

    var explanation: Explanation {
        let arguments = [script.string, rootfs.string]
        return Explanation(
            shell: [
                "mkdir -p \(rootfs.removingLastComponent().string.shellQuoted)",
                arguments.map(\.shellQuoted).joined(separator: " "),
            ],
            systemCalls: ["execve(\"\(script)\", \"\(rootfs)\")"],
            why: "The image busybox is made once, from the package busybox-static.")
    }
}
