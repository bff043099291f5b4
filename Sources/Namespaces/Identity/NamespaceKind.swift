import CShim

/// One of the kinds of namespace that Linux has (namespaces(7)).
public enum NamespaceKind: String, Sendable, Hashable, CaseIterable {
    /// User and group ids, and the capabilities that count inside. Made before all others, which it then owns.
    case user
    /// The tree of mounts.
    case mount
    /// Host name and NIS domain name.
    case uts
    /// System V IPC and POSIX message queues.
    case ipc
    /// Process ids.
    case pid
    /// Links, addresses, routes, firewall, ports.
    case network
    /// The root of the cgroup view.
    case cgroup

    /// The bit that clone(2), unshare(2) and setns(2) know it by.
    public var cloneFlag: CInt {
        switch self {
        case .user: CLONE_NEWUSER
        case .mount: CLONE_NEWNS
        case .uts: CLONE_NEWUTS
        case .ipc: CLONE_NEWIPC
        case .pid: CLONE_NEWPID
        case .network: CLONE_NEWNET
        case .cgroup: CLONE_NEWCGROUP
        }
    }

    /// The bit's name.
    public var flagName: String {
        switch self {
        case .user: "CLONE_NEWUSER"
        case .mount: "CLONE_NEWNS"
        case .uts: "CLONE_NEWUTS"
        case .ipc: "CLONE_NEWIPC"
        case .pid: "CLONE_NEWPID"
        case .network: "CLONE_NEWNET"
        case .cgroup: "CLONE_NEWCGROUP"
        }
    }

    /// Its name in `/proc/PID/ns`.
    public var procName: String {
        switch self {
        case .mount: "mnt"
        case .network: "net"
        default: rawValue
        }
    }

    /// The option of unshare(1), and with `=FILE` of nsenter(1).
    public var toolOption: String { self == .network ? "--net" : "--\(rawValue)" }
}
