import Namespaces

extension MountFlags {
    /// Sorts options of mount(8) into flags and what is left for the file system itself, joined by commas. Throws
    /// `UsageError` for a flag that a new file system cannot have.
    static func parse(_ options: [String]) throws(UsageError) -> (flags: MountFlags, data: String?) {
        var flags: MountFlags = []
        var data: [String] = []
        for option in options {
            switch option {
            case "ro": flags.insert(.readOnly)
            case "nosuid": flags.insert(.noSetUserID)
            case "nodev": flags.insert(.noDevices)
            case "noexec": flags.insert(.noExecute)
            case "noatime": flags.insert(.noAccessTime)
            case "strictatime": flags.insert(.strictAccessTime)
            case "rw", "suid", "dev", "exec", "atime", "relatime", "async", "diratime", "nostrictatime": break
            default:
                guard option.contains("=") else { throw UsageError("tmpfs option \(option) is not supported") }
                data.append(option)
            }
        }
        return (flags, data.isEmpty ? nil : data.joined(separator: ","))
    }
}
