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
        // Bytes, as the kernel sees them.
        precondition(mount.target.utf8.first == 47 && mount.target != "/")
        precondition(!mount.target.utf8.split(separator: 47).contains { $0.elementsEqual("..".utf8) })
    }
    if let path = (try? MountOption.parse(text, directory: "/d"))?.subpath {
        precondition(path.utf8.first != 47 && !path.utf8.starts(with: "../".utf8) && path != "..")
    }
    _ = try? TmpfsOption.parse(text)
    if let option = try? SysctlOption(parsing: text) {
        precondition(option.path.utf8.starts(with: "/proc/sys/".utf8))
        precondition(!option.path.utf8.split(separator: 47).contains { $0.elementsEqual("..".utf8) })
    }
    if let name = try? ContainerName.parse(text) {
        precondition(!name.utf8.contains(47) && name != "." && name != "..")
        precondition((try? ContainerName.parse(name)) == name)
    }
    return 0
}
