import SystemPackage

/// Where a hierarchy of control groups is mounted: one line of /proc/self/mountinfo (proc_pid_mountinfo(5)).
struct ControlGroupMount: Sendable, Equatable {
    /// Whether it is cgroup v2.
    var isUnified: Bool
    /// The super block's options; on cgroup v1 the controllers are among them.
    var options: [String]
    /// The group that the mount shows as its top: not `/` in a container that has no cgroup namespace of its own.
    var root: String
    /// The directory it is mounted on.
    var directory: FilePath

    /// The mounts of type cgroup and cgroup2, in the file's order; lines of any other form are passed over.
    static func parse(mountinfo text: String) -> [ControlGroupMount] {
        text.parts("\n").compactMap(line)
    }

    /// `41 31 0:38 / /sys/fs/cgroup rw,relatime shared:9 - cgroup2 cgroup2 rw`: the fields before the dash vary in number.
    private static func line(_ text: String) -> ControlGroupMount? {
        let fields = text.parts(" ")
        guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3 else { return nil }
        let type = fields[dash + 1]
        guard type == "cgroup" || type == "cgroup2" else { return nil }
        return ControlGroupMount(
            isUnified: type == "cgroup2", options: fields[dash + 3].parts(","), root: unescaped(fields[3]),
            directory: FilePath(unescaped(fields[4])))
    }

    /// The kernel writes space, tab, newline and backslash as `\040`, `\011`, `\012` and `\134`.
    private static func unescaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8) {
                bytes.append(code)
                rest.removeFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Which group of a hierarchy a process is in: one line of /proc/PID/cgroup (cgroups(7)).
struct ControlGroupMembership: Sendable, Equatable {
    /// The hierarchy's controllers; none is cgroup v2.
    var controllers: [String]
    /// The group, as a path from the root that the reader's cgroup namespace has.
    var path: String

    /// Every line of the form `4:memory:/user.slice`; the path may hold further colons.
    static func parse(_ text: String) -> [ControlGroupMembership] {
        text.parts("\n").compactMap { line in
            let (_, rest) = line.cut(":")
            guard let (names, path) = rest?.cut(":"), let path else { return nil }
            return ControlGroupMembership(controllers: names.isEmpty ? [] : names.parts(","), path: path)
        }
    }
}
