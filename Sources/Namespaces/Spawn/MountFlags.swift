/// Flags of mount(2), with the words of mount(8) for them.
public struct MountFlags: OptionSet, Sendable, Hashable {
    /// The kernel's bits, MS_*.
    public let rawValue: UInt64

    /// Any bits.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// MS_RDONLY.
    public static let readOnly = MountFlags(rawValue: 1)
    /// MS_NOSUID: set-user-id bits and file capabilities count for nothing.
    public static let noSetUserID = MountFlags(rawValue: 2)
    /// MS_NODEV: device nodes cannot be opened.
    public static let noDevices = MountFlags(rawValue: 4)
    /// MS_NOEXEC.
    public static let noExecute = MountFlags(rawValue: 8)
    /// MS_REMOUNT.
    public static let remount = MountFlags(rawValue: 32)
    /// MS_NOATIME.
    public static let noAccessTime = MountFlags(rawValue: 1024)
    /// MS_BIND.
    public static let bind = MountFlags(rawValue: 4096)
    /// MS_REC: the mounts below as well.
    public static let recursive = MountFlags(rawValue: 16384)
    /// MS_PRIVATE: what is mounted on one side is not seen on the other.
    public static let isPrivate = MountFlags(rawValue: 1 << 18)
    /// MS_SLAVE: the host's later mounts come in, ours do not go out.
    public static let isSlave = MountFlags(rawValue: 1 << 19)
    /// MS_SHARED: mounts go both ways.
    public static let isShared = MountFlags(rawValue: 1 << 20)
    /// MS_STRICTATIME.
    public static let strictAccessTime = MountFlags(rawValue: 1 << 24)

    /// What is here is only data: no set-user-id bits, no devices, no programs.
    public static let dataOnly: MountFlags = [.noSetUserID, .noDevices, .noExecute]

    private static let names: [(MountFlags, kernel: String, option: String)] = [
        (.readOnly, "MS_RDONLY", "ro"), (.noSetUserID, "MS_NOSUID", "nosuid"), (.noDevices, "MS_NODEV", "nodev"),
        (.noExecute, "MS_NOEXEC", "noexec"), (.remount, "MS_REMOUNT", "remount"),
        (.noAccessTime, "MS_NOATIME", "noatime"), (.bind, "MS_BIND", "bind"), (.recursive, "MS_REC", ""),
        (.isPrivate, "MS_PRIVATE", ""), (.isSlave, "MS_SLAVE", ""), (.isShared, "MS_SHARED", ""),
        (.strictAccessTime, "MS_STRICTATIME", "strictatime"),
    ]

    /// `MS_NOSUID|MS_NODEV`, or `0`.
    public var kernelNames: String {
        let found = Self.names.filter { contains($0.0) }.map(\.kernel)
        return found.isEmpty ? "0" : found.joined(separator: "|")
    }

    /// `nosuid,nodev`, for the option -o of mount(8).
    public var options: [String] {
        Self.names.filter { contains($0.0) }.map(\.option).filter { !$0.isEmpty }
    }
}
