import CShim
import Namespaces
import SystemPackage

/// The volumes that a container has, kept on the stage: nobody removes them meanwhile.
final class HeldVolumes {
    fileprivate var locks: [String: FileLock] = [:]
}

/// Takes a volume for a container, and makes it when there is none: its first use.
struct HoldVolume: Step {
    let volume: VolumeRecord
    let driver: LocalDriver
    let container: String
    let volumes: Volumes

    private var store: VolumeStore { volumes.store }
    private var name: String { volume.name }

    /// A start that fails takes a volume that was made for it away again.
    func apply(on stage: Stage) throws {
        let held = stage.resource(HeldVolumes.self) { HeldVolumes() }
        // A container that starts anew has it still, and one volume may be in several places.
        guard held.locks[name] == nil else { return }
        let section = try store.section()
        defer { withExtendedLifetime(section) {} }
        let (volumes, name, container) = (volumes, name, container)
        if try store.record(name) == nil {
            try store.write(volume)
            volumes.tell(.create, name)
            stage.undo.push("remove volume \(name)", scope: .setup) {
                do { try volumes.remove(name, besides: container) } catch is VolumeInUse {} catch is NoSuchVolume {}
            }
        }
        // Whoever was killed may have left it as it was.
        if case .memory = driver { try volumes.endUnusedMemory(of: name) }
        guard let lock = try FileLock.take(file: store.users(name), shared: true) else {
            throw VolumeInUse(name: name, users: [])
        }
        held.locks[name] = lock
        let driver = driver
        stage.undo.push("let go of volume \(name)") {
            held.locks.removeValue(forKey: name)?.unlock()
            if case .memory = driver { try volumes.endMemory(of: name) }
        }
        switch driver {
        case .plain: break
        case .memory(let words): try LocalDriver.mountMemory(words, on: store.data(name))
        case .bind(let device, _):
            guard access(device.string, F_OK) == 0 else {
                throw KernelError.current(
                    "failed to mount local volume: mount \(device):\(store.data(name)), flags: 0x1000")
            }
        }
    }

    var explanation: Explanation {
        let data = store.data(name)
        var shell = ["mkdir -p \(data.string.shellQuoted)"]
        var calls = ["flock(\"\(store.users(name))\", LOCK_SH)"]
        if case .memory(let words) = driver {
            let options = words.isEmpty ? "" : " -o \(words.joined(separator: ",").shellQuoted)"
            shell.append(
                "mountpoint -q \(data.string.shellQuoted) || mount -t tmpfs\(options) tmpfs \(data.string.shellQuoted)")
            calls.append("mount(\"tmpfs\", \"\(data)\", \"tmpfs\")")
        }
        return Explanation(
            shell: shell, systemCalls: calls,
            why: "A volume is a plain directory that outlives its containers; as long as one has it, nobody removes it."
        )
    }
}

extension Volumes {
    /// Takes the memory of a volume that has any away when its last container is gone.
    func endMemory(of name: String) throws {
        let section = try store.section()
        defer { withExtendedLifetime(section) {} }
        try endUnusedMemory(of: name)
    }

    /// The same for one who is in the section already.
    fileprivate func endUnusedMemory(of name: String) throws {
        guard let record = try store.record(name), case .memory = try LocalDriver(record.options),
            let lock = try FileLock.take(file: store.users(name), shared: false)
        else { return }
        try LocalDriver.unmount(store.data(name))
        withExtendedLifetime(lock) {}
    }
}
