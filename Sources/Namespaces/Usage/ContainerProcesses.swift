import CShim
import SystemPackage

/// The processes of a container, as the caller's pid namespace numbers them: those of the pid namespace that its first
/// process leads, and of namespaces nested in it, whoever their parents are; where it leads none, its descendants.
public struct ContainerProcesses: Sendable {
    /// The container's first process.
    public let first: pid_t
    /// Whether the first process leads a pid namespace of its own: otherwise other processes are in that namespace too.
    public let isPrivate: Bool
    private let namespace: UInt64

    /// Looks at a living process. Throws the kernel's answer when there is none, or it is not ours to look at.
    public init(first: pid_t) throws(KernelError) {
        self.first = first
        namespace = try NamespaceHandle(.pid, of: first).inode()
        isPrivate = Self.isLeader(status: try Files.text(FilePath("/proc/\(first)/status")))
    }

    /// `NSpid: 4711 1` has the numbers from the reader's namespace down to the process's own, where the leader is 1.
    static func isLeader(status: String) -> Bool {
        status.parts("\n").first { $0.begins(with: "NSpid:") }?.words.last == "1"
    }

    /// Those that are there now, zombies among them, in ascending order. Of processes that others start meanwhile some may
    /// be missing.
    public func list() throws(KernelError) -> [pid_t] {
        guard isPrivate else { return descendants() }
        var known = [namespace: true]
        if let own = Self.namespace(of: "self") { known[own] = false }
        var found: [pid_t] = []
        for name in try Files.names(in: "/proc") {
            guard let process = pid_t(name), let inode = Self.namespace(of: name) else { continue }
            let isInside = known[inode] ?? isNested(process)
            known[inode] = isInside
            if isInside { found.append(process) }
        }
        return found.sorted()
    }

    /// The inode of a process's pid namespace: one stat(2), for this is asked for every process of the host.
    private static func namespace(of process: String) -> UInt64? {
        var status = stat()
        return stat("/proc/\(process)/ns/pid", &status) == 0 ? UInt64(status.st_ino) : nil
    }

    /// Whether the process is in a namespace that was made somewhere inside.
    private func isNested(_ process: pid_t) -> Bool {
        var next = try? NamespaceHandle(.pid, of: process)
        while let handle = next {
            if (try? handle.inode()) == namespace { return true }
            next = handle.parent()
        }
        return false
    }

    private func descendants() -> [pid_t] {
        var found: [pid_t] = []
        var rest = [first]
        while let process = rest.popLast() {
            found.append(process)
            for thread in (try? Files.names(in: FilePath("/proc/\(process)/task"))) ?? [] {
                let children = try? Files.text(FilePath("/proc/\(process)/task/\(thread)/children"))
                rest += (children?.words ?? []).compactMap { pid_t($0) }
            }
        }
        return found.sorted()
    }
}
