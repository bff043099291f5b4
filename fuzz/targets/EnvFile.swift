import MiniRun

/// Every entry of a parsed file has a name and no line break or NUL, which execve(2) could not pass on.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let list = try? KeyValueFile.parse(bytes, name: "f", lookup: { _ in "v" }) {
        for entry in list {
            precondition(entry.utf8.contains(61) && entry.utf8.first != 61)
            precondition(!entry.utf8.contains(10) && !entry.utf8.contains(0))
        }
        _ = EnvironmentList.merge(list, with: list)
    }
    let text = String(decoding: bytes, as: UTF8.self)
    if let mount = try? VolumeOption.parse(text, directory: "/d") {
        precondition(mount.target.hasPrefix("/") && mount.target != "/" && !mount.target.contains("/../"))
    }
    _ = try? MountOption.parse(text, directory: "/d")
    _ = try? TmpfsOption.parse(text)
    if let option = try? SysctlOption(parsing: text) {
        precondition(
            option.path.hasPrefix("/proc/sys/") && !option.path.contains("/../") && !option.path.contains("//"))
    }
    if let name = try? ContainerName.parse(text) {
        precondition(!name.utf8.contains(47) && name != "." && name != "..")
        precondition((try? ContainerName.parse(name)) == name)
    }
    return 0
}
