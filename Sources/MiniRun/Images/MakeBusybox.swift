import CShim
import Namespaces
import SystemPackage

/// Makes the image that is always there: on first use, by `rootfs-tools/make-busybox` from Debian's busybox-static.
struct MakeBusybox: Step, Equatable {
    private let script: FilePath
    private let rootfs: FilePath

    /// Throws `ImageError` when the script is missing.
    init(at rootfs: FilePath) throws {
        guard let script = try Self.tool("make-busybox") else {
            throw ImageError("image busybox: rootfs-tools/make-busybox is not beside this program; run make install")
        }
        self.script = script
        self.rootfs = rootfs
    }

    /// Throws `ImageError` with what to do when busybox is missing. The image stays, whatever becomes of the container.
    func apply(on stage: Stage) throws {
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

    /// A script of rootfs-tools: beside an installed program, or in the source tree that it was built in.
    private static func tool(_ name: String) throws(KernelError) -> FilePath? {
        let program = try OwnProgram.path()
        var candidates = [
            program.removingLastComponent().removingLastComponent()
                .appending("share").appending("minirun").appending("rootfs-tools").appending(name)
        ]
        var above = program.removingLastComponent()
        while above.components.count > 1 {
            above.removeLastComponent()
            candidates.append(above.appending("rootfs-tools").appending(name))
        }
        return candidates.first { access($0.string, X_OK) == 0 }
    }
}
