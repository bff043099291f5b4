import CShim
import Namespaces
import SystemPackage

/// Gives a volume that is empty what the image has at its place, with owners, modes, attributes and links.
///
///     copy.new   being copied; whoever finds one left alone removes it
///     copy       whole: its entries are being moved into _data, and whoever comes next goes on with it
///
/// So a full disk, or a `kill -9` in the middle, never leaves half of it for the next container to believe in.
struct FillVolume: Step {
    let volume: String
    /// The image's directories, the uppermost first.
    let layers: [FilePath]
    /// Absolute path inside.
    let target: String
    let store: VolumeStore

    private var data: FilePath { store.data(volume) }
    private var partial: FilePath { store.directory(volume).appending("copy.new") }
    private var whole: FilePath { store.directory(volume).appending("copy") }

    /// Throws ``KernelError``, with the volume empty as it was.
    func apply(on stage: Stage) throws {
        // Mostly there is something in it, and then nobody has to wait.
        guard try isEmpty(data) || access(whole.string, F_OK) == 0 else { return }
        let lock = try FileLock.enter(store.copyLock(volume))
        defer { withExtendedLifetime(lock) {} }
        if access(whole.string, F_OK) == 0 { return try moveIn() }
        guard try isEmpty(data), let source = try LayeredDirectory(layers).directory(at: target) else { return }
        try Files.removeTree(partial)
        do {
            try Files.makeDirectory(partial, mode: 0o700)
            try TreeCopy.copy(source, to: partial)
            guard rename(partial.string, whole.string) == 0 else { throw KernelError.current("fill volume \(volume)") }
        } catch {
            try? Files.removeTree(partial)
            throw error
        }
        try moveIn()
    }

    private func isEmpty(_ path: FilePath) throws(KernelError) -> Bool {
        let number = minirun_open(path.string, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0)
        guard number >= 0 else { throw KernelError.current("open \(path)") }
        let directory = OwnedDescriptor(owning: number)
        return try RawNames.read(directory.rawValue).isEmpty
    }

    /// `_data` itself stays, and so does what is in it: another container may have it mounted already, and write to it.
    private func moveIn() throws(KernelError) {
        let from = minirun_open(whole.string, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0)
        guard from >= 0 else { throw KernelError.current("open \(whole)") }
        let source = OwnedDescriptor(owning: from)
        let to = minirun_open(data.string, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0)
        guard to >= 0 else { throw KernelError.current("open \(data)") }
        let destination = OwnedDescriptor(owning: to)
        for name in try RawNames.read(source.rawValue) {
            guard
                renameat2(source.rawValue, name, destination.rawValue, name, UInt32(RENAME_NOREPLACE)) != 0
            else { continue }
            let reason = Errno.current
            guard reason == .fileExists else { throw KernelError("fill volume \(volume)", reason) }
        }
        try TreeCopy.copyAttributes(of: LayeredDirectory([whole]), to: data)
        try Files.removeTree(whole)
    }

    var explanation: Explanation {
        let place = data.string.shellQuoted
        // The lowest first, as each layer covers those below it.
        let copies = layers.reversed().map { "\($0)\(target)/.".shellQuoted }.map {
            "[ ! -d \($0) ] || cp -a \($0) \(place);"
        }
        return Explanation(
            shell: ["[ -n \"$(ls -A \(place))\" ] || { \(copies.joined(separator: " ")) }"],
            systemCalls: ["copy_file_range(\"\(layers.first ?? "")\(target)\", \"\(data)\")"],
            why: "A volume that is empty begins with what the image has at \(target), so that hiding it loses nothing.")
    }
}
