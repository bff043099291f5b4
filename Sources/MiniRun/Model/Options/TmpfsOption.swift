import Namespaces

/// The grammar of `--tmpfs`: `TARGET[:OPTION,…]`.
public enum TmpfsOption {
    /// Flags that mount(8) knows and that make sense for a new tmpfs.
    private static let flags: Set<String> = [
        "", "defaults", "ro", "rw", "suid", "nosuid", "dev", "nodev", "exec", "noexec", "sync", "async", "dirsync",
        "atime", "noatime", "diratime", "nodiratime", "relatime", "norelatime", "strictatime", "nostrictatime",
    ]
    /// What tmpfs(5) takes with a value.
    private static let keys: Set<String> = ["size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol"]

    /// Parses one value; Docker's defaults `noexec,nosuid,nodev` come first, so that what follows can lift them. Throws
    /// Docker's `invalid tmpfs option "x"` or the sentence for a bad target.
    public static func parse(_ text: String) throws(UsageError) -> MountSpecification {
        let (target, options) = text.cut(":")
        try MountSpecification.checkTarget(target)
        var mount = MountSpecification(.tmpfs, target: CleanPath.of(target))
        mount.tmpfsOptions = ["noexec", "nosuid", "nodev"]
        for option in (options ?? "").parts(",") {
            let (key, value) = option.cut("=")
            guard value == nil ? flags.contains(option) : keys.contains(key) && value?.isEmpty == false,
                !option.utf8.contains(0)
            else { throw UsageError("invalid tmpfs option \(option.goQuoted)") }
            guard !option.isEmpty, option != "defaults" else { continue }
            // The later of two opposite flags counts, as in mount(8).
            mount.tmpfsOptions.removeAll { opposite(of: $0) == option || $0 == option }
            mount.tmpfsOptions.append(option)
        }
        return mount
    }

    private static func opposite(of flag: String) -> String {
        switch flag {
        case "ro": "rw"
        case "rw": "ro"
        case "sync": "async"
        case "async": "sync"
        default: flag.hasPrefix("no") ? String(flag.dropFirst(2)) : "no" + flag
        }
    }
}
