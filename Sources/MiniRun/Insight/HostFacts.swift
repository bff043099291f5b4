import CShim
import Namespaces
import SystemPackage

/// What this machine is, as its own files say it.
enum HostFacts {
    /// The processor, in Go's words, as Docker has them.
    static var architecture: String {
        #if arch(x86_64)
            "amd64"
        #elseif arch(arm64)
            "arm64"
        #else
            "unknown"
        #endif
    }

    /// `Debian GNU/Linux 12 (bookworm)`, from os-release(5).
    static var operatingSystem: String {
        let text = (try? Files.text("/etc/os-release")) ?? ""
        let line = text.parts("\n").first { $0.begins(with: "PRETTY_NAME=") }
        return line.map { String($0.dropFirst("PRETTY_NAME=".count)).filter { $0 != "\"" } } ?? "Linux"
    }

    /// The host's name.
    static var name: String { ((try? Files.text("/proc/sys/kernel/hostname")) ?? "").trimmed }

    /// Its memory, in bytes.
    static var memory: Int64 {
        let text = (try? Files.text("/proc/meminfo")) ?? ""
        let line = text.parts("\n").first { $0.begins(with: "MemTotal:") }
        return (line?.words.dropFirst().first.flatMap { Int64($0) } ?? 0) * 1024
    }
}
