import CShim
import Namespaces
import SystemPackage

/// `--net container:NAME` and `--net ns:PATH`: a network namespace that is there already, set up by somebody else.
///
/// The user namespace follows the network namespace: only who has capabilities in its owner can use them in it.
public struct JoinMode: Sendable {
    /// The namespace to join.
    public let network: NamespaceHandle
    /// The user namespace to join with it; nil when its owner is the caller's own, which calls for `--userns host`.
    public let user: NamespaceHandle?

    /// Said when a namespace made by hand belongs to the host's own user namespace.
    public static let sharedOwner =
        "this network namespace belongs to the host's user namespace, so the container shares that (--userns host)"

    /// Joins the namespace of a file such as /run/netns/NAME.
    ///
    /// Throws a `UsageError` for a file that is no network namespace, a `KernelError` about opening it.
    public init(path: FilePath) throws {
        let handle = try NamespaceHandle(path: path)
        guard handle.kind() == .network else {
            throw UsageError("invalid network mode: \(path) is not a network namespace")
        }
        try self.init(handle)
    }

    /// Joins the namespace that a process is in: a container's first.
    public init(process: pid_t) throws(KernelError) {
        try self.init(NamespaceHandle(.network, of: process))
    }

    private init(_ network: NamespaceHandle) throws(KernelError) {
        self.network = network
        let owner: NamespaceHandle
        do { owner = try network.owningUserNamespace() } catch {
            throw KernelError(
                "join a network namespace", error.errno,
                hint: "its owner is a user namespace outside of this one")
        }
        user = try owner.isSame(as: NamespaceHandle(.user)) ? nil : owner
    }

    /// Nothing is set up: whoever made the namespace has done it.
    public var attachSteps: [any Step] { [] }
}
