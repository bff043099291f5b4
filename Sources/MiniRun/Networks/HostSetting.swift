import Namespaces
import NetSetup
import SystemPackage

/// A setting of the host that networks need changed. The value from before is kept in a file of the networks' directory
/// that is called like the setting, and comes back when the last network that needs the new one is gone.
enum HostSetting: Equatable {
    /// The host is a router for IPv4.
    case forwarding4
    /// The host is a router for IPv6.
    case forwarding6
    /// This interface heeds router advertisements.
    case advertisements(String)

    /// Below /proc/sys.
    var path: String {
        switch self {
        case .forwarding4: "net/ipv4/ip_forward"
        case .forwarding6: "net/ipv6/conf/all/forwarding"
        case .advertisements(let link): "net/ipv6/conf/\(link)/accept_ra"
        }
    }

    /// The name of the file.
    var fileName: String { path.split(separator: "/").joined(separator: ".") }

    /// The value that networks need.
    var needed: String {
        if case .advertisements = self { return "2" }
        return "1"
    }

    /// The setting that a file is about; nil for any other file.
    init?(fileName: String) {
        let (start, end) = ("net.ipv6.conf.", ".accept_ra")
        if fileName == Self.forwarding4.fileName {
            self = .forwarding4
        } else if fileName == Self.forwarding6.fileName {
            self = .forwarding6
        } else if fileName.begins(with: start), fileName.hasSuffix(end), fileName.utf8.count > (start + end).utf8.count
        {
            self = .advertisements(String(fileName.dropFirst(start.count).dropLast(end.count)))
        } else {
            return nil
        }
    }

    /// The step that sets it for a bridge and keeps the value from before in the directory.
    func step(_ why: String, for bridge: String, recordedIn directory: FilePath) -> SetSysctl {
        SetSysctl(path, needed, why: why, record: directory.appending(fileName), neededBy: bridge)
    }

    /// Puts back all values that are on record in the directory; a setting that has another value than ours by now was
    /// changed by somebody else and is left alone. Throws `KernelError`.
    static func restoreAll(recordedIn directory: FilePath) throws {
        for name in try Files.names(in: directory).sorted() {
            guard let setting = HostSetting(fileName: name),
                let old = try StateFile.text(directory.appending(name))?.trimmed
            else { continue }
            let sysctl = Sysctl(setting.path)
            if try sysctl.value() == setting.needed, !old.isEmpty { try sysctl.set(old) }
            try Files.removeTree(directory.appending(name))
        }
    }
}
