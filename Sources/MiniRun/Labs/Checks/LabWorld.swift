import CShim
import Namespaces
import NetSetup
import SystemPackage

/// What checks look at: the kernel, and the containers.
public struct LabWorld: Sendable {
    /// Where containers and networks are recorded.
    public let paths: StatePaths
    /// How the world was at the lab's start; nil where nobody has looked.
    public var baseline: LabSnapshot?

    /// The host that this process is on, with the containers of these places.
    public init(_ paths: StatePaths, baseline: LabSnapshot? = nil) {
        self.paths = paths
        self.baseline = baseline
    }

    var store: ContainerStore { ContainerStore(paths) }

    /// Whom a name stands for: `host`, a running container, or a name of `ip netns`. Throws ``LabMiss``, `KernelError`.
    func node(_ name: String) throws -> LabNode {
        if name == LabNode.host {
            return LabNode(name: name, process: getpid(), namespace: try NamespaceHandle(.network))
        }
        let container = try container(ifPresent: name)
        if let container, container.isRunning, let process = container.record.process {
            let namespace = try NamespaceHandle(.network, of: process.pid)
            // Asked last: the handle is this process's, and not that of one that got its number meanwhile.
            if process.isAlive { return LabNode(name: name, process: process.pid, namespace: namespace) }
        }
        switch NamedNamespace(name) {
        case .live(let namespace): return LabNode(name: name, process: nil, namespace: namespace)
        case .dead(let miss): throw miss
        case .none where container != nil: throw LabMiss("container \(name) does not run", "容器 \(name) 没有运行")
        case .none:
            throw LabMiss("there is no namespace or container called \(name)", "没有叫做 \(name) 的名字空间或容器")
        }
    }

    /// The container that runs under this name. Throws ``LabMiss``.
    func container(_ name: String) throws -> Container {
        guard let container = try container(ifPresent: name) else {
            throw LabMiss("there is no container called \(name)", "没有叫做 \(name) 的容器")
        }
        return container
    }

    /// By its whole name: the beginning of an id may well be somebody else's name.
    private func container(ifPresent name: String) throws -> Container? {
        do {
            let found = try store.find(name)
            return found.record.name == name ? found : nil
        } catch is NoSuchContainer { return nil } catch is AmbiguousContainer { return nil }
    }
}

/// The host, a container or a named network namespace, held open.
struct LabNode: Sendable {
    static let host = "host"

    /// What the lab calls it.
    let name: String
    /// A process in it; nil for a namespace that has only a name.
    let process: pid_t?
    /// Its network.
    let namespace: NamespaceHandle

    /// What it has there. Throws `NetlinkError`.
    func survey() throws -> NamespaceSurvey { try NamespaceSurvey(namespace) }

    /// Where its files are; those of a namespace without a process are the host's.
    var root: FilePath { process.map { FilePath("/proc/\($0)/root") } ?? "/" }
}

/// A name in /run/netns, and what is behind it.
enum NamedNamespace {
    /// A network namespace.
    case live(NamespaceHandle)
    /// The name is there, but leads to none: why.
    case dead(LabMiss)
    /// There is no such name.
    case none

    init(_ name: String) {
        let path = Exposure.directory.appending(name)
        var status = stat()
        guard !name.contains("/"), lstat(path.string, &status) == 0 else {
            self = .none
            return
        }
        if let handle = try? NamespaceHandle(path: path), handle.kind() == .network {
            self = .live(handle)
        } else if status.st_mode & mode_t(S_IFMT) == mode_t(S_IFLNK) {
            let target = (try? Files.linkTarget(path)) ?? "?"
            self = .dead(
                LabMiss("\(path) is a link to \(target), where there is nothing", "\(path) 是指向 \(target) 的链接，那里什么也没有"))
        } else {
            self = .dead(LabMiss("\(path) is a file without a namespace", "\(path) 只是一个文件，没有挂载名字空间"))
        }
    }
}
