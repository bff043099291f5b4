import CShim
import Namespaces
import NetSetup
import SystemPackage

/// Finds the network namespaces that there are: the host's, those of containers, those that `ip netns` names, and those of
/// any other process, whoever made them.
struct NamespaceFinder {
    /// A network namespace, held open, and who is in it.
    struct Found {
        let handle: NamespaceHandle
        let inode: UInt64
        var role: Topology.Role
        /// The first process that was found in it.
        var process: pid_t?
        /// The names of `ip netns`.
        var names: [String] = []
        /// Further containers in it.
        var members: [String] = []
    }

    let store: ContainerStore

    /// All of them: the host's first, containers by name, then named ones, then the rest by process. What ends meanwhile
    /// is left out. Throws `KernelError` about the host's own.
    func find() throws -> [Found] {
        let own = try NamespaceHandle(.network)
        var found: [UInt64: Found] = [:]
        var order: [UInt64] = []
        func add(_ handle: NamespaceHandle, _ inode: UInt64, _ role: Topology.Role, process: pid_t? = nil) {
            if found[inode] == nil { order.append(inode) }
            found[inode] = found[inode] ?? Found(handle: handle, inode: inode, role: role, process: process)
        }
        try add(own, own.inode(), .host, process: getpid())
        for container in try running() {
            guard let process = container.record.process,
                let handle = try? NamespaceHandle(.network, of: process.pid), let inode = try? handle.inode(),
                process.isAlive
            else { continue }
            if found[inode] != nil {
                found[inode]?.members.append(container.record.name)
            } else {
                add(
                    handle, inode, .container(id: container.record.id, name: container.record.name),
                    process: process.pid)
            }
        }
        for name in try NamespaceName.all() {
            guard case .network(let inode) = name.target,
                let handle = try? NamespaceHandle(path: Exposure.directory.appending(name.name)),
                (try? handle.inode()) == inode
            else { continue }
            add(handle, inode, .named(name.name))
            found[inode]?.names.append(name.name)
        }
        for pid in try Files.names(in: "/proc").compactMap({ pid_t($0) }).sorted() {
            let path = FilePath("/proc/\(pid)/ns/net")
            guard let link = try? Files.linkTarget(path), let inode = UInt64(link.filter(\.isNumber)) else { continue }
            if found[inode]?.process == nil { found[inode]?.process = pid }
            guard found[inode] == nil, let handle = try? NamespaceHandle(path: path), (try? handle.inode()) == inode
            else {
                continue
            }
            let command = (try? Files.text(FilePath("/proc/\(pid)/comm")).trimmed) ?? "?"
            add(handle, inode, .process(pid: pid, command: command), process: pid)
        }
        return order.compactMap { found[$0] }
    }

    /// Running containers by name; who joined another's network comes after those whose network it is.
    private func running() throws -> [Container] {
        let containers = try store.containers(all: false, held: Sweep(store).run()).filter(\.isRunning)
        return containers.sorted { left, right in
            (left.record.network.mode.hasPrefix("container:") ? 1 : 0, left.record.name)
                < (right.record.network.mode.hasPrefix("container:") ? 1 : 0, right.record.name)
        }
    }
}
