import CShim
import Namespaces
import SystemPackage

/// Finds the devices that `--device` means, and plans how they come to be seen inside.
struct DevicePlanner {
    let namespaces: NamespacePlan
    var kernel = KernelRelease.current

    /// One for each device, in the order of the options. Throws Docker's sentence for what is no device, and says where a
    /// restriction could not be kept.
    func mounts(_ options: [DeviceOption], _ program: inout ChildProgram) throws(UsageError) -> [DeviceMount] {
        var mounts: [DeviceMount] = []
        for option in options {
            if !option.isReadable || !option.isWritable, let lack {
                throw UsageError(
                    "--device \(option.source):\(option.target):\(option.permissions): nothing would keep the container "
                        + "from reading and writing; that needs \(lack)")
            }
            for (source, target) in try Self.devices(option) {
                mounts.append(
                    DeviceMount(
                        source: FilePath(source), target: target, isReadable: option.isReadable,
                        isWritable: option.isWritable, map: namespaces.map, isMadeAnew: lack == nil,
                        slot: program.newSlot()))
            }
        }
        return mounts
    }

    /// What is missing to make a device file anew; nil when nothing is.
    private var lack: String? {
        // Only the real root makes device files.
        guard !namespaces.sharesHostUsers, IDMap.own?.isInitial == true else {
            return "root, and a user namespace of the container's own"
        }
        // Below, only what is mounted somewhere can be taken out of its mount by open_tree(2).
        return kernel.isAtLeast("6.15") ? nil : "Linux 6.15 or later, and this is \(kernel)"
    }

    private static func devices(_ option: DeviceOption) throws(UsageError) -> [(source: String, target: String)] {
        func refuse(_ reason: String) -> UsageError {
            UsageError(
                "error gathering device information while adding custom device \(option.source.goQuoted): \(reason)")
        }
        var status = stat()
        guard stat(option.source, &status) == 0 else { throw refuse(KernelError.words(Errno.current)) }
        if isDevice(status) { return [(option.source, option.target)] }
        guard isDirectory(status) else { throw refuse("not a device node") }
        let found = below(option.source, option.target)
        guard !found.isEmpty else { throw refuse("no devices found") }
        return found
    }

    /// Every device in a directory and in those below it. Links are passed over, as are the places that a container has of
    /// its own.
    private static func below(_ source: String, _ target: String) -> [(source: String, target: String)] {
        guard let names = try? Files.names(in: FilePath(source)) else { return [] }
        var found: [(String, String)] = []
        for name in names.sorted() where !["pts", "shm", "fd", "mqueue", "console"].contains(name) {
            var status = stat()
            guard lstat("\(source)/\(name)", &status) == 0 else { continue }
            if isDevice(status) { found.append(("\(source)/\(name)", "\(target)/\(name)")) }
            if isDirectory(status) { found += below("\(source)/\(name)", "\(target)/\(name)") }
        }
        return found
    }

    private static func isDevice(_ status: stat) -> Bool {
        let kind = status.st_mode & mode_t(S_IFMT)
        return kind == mode_t(S_IFCHR) || kind == mode_t(S_IFBLK)
    }

    private static func isDirectory(_ status: stat) -> Bool { status.st_mode & mode_t(S_IFMT) == mode_t(S_IFDIR) }
}
