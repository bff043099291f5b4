import CShim
import SystemPackage

/// newuidmap(1) and newgidmap(1): with them the kernel lets a user map the ids that /etc/subuid and /etc/subgid give to
/// that user, for which a process without privilege could write no map itself (subuid(5)).
public enum IDMapHelper {
    private static let tools = ["/usr/bin/newuidmap", "/usr/bin/newgidmap"]

    /// Whether this map needs them: the kernel lets anybody map one id, the own one (user_namespaces(7)).
    static func isNeeded(for map: IDMap) -> Bool {
        geteuid() != 0 && (map.uids.count > 1 || map.gids.count > 1)
    }

    /// Whether both are installed.
    public static var isInstalled: Bool { tools.allSatisfy { access($0, X_OK) == 0 } }

    /// Writes both maps of a process in a new user namespace.
    static func write(_ map: IDMap, for process: pid_t) throws(KernelError) {
        for (tool, ranges) in zip(tools, [map.uids, map.gids]) {
            let numbers = ranges.flatMap { [$0.inside, $0.outside, $0.count] }.map(String.init)
            try run([tool, String(process)] + numbers)
        }
    }

    private static func run(_ words: [String]) throws(KernelError) {
        // It has said why on standard error.
        guard try HostProgram(words).wait().code == 0 else {
            throw KernelError(words.joined(separator: " "), .notPermitted)
        }
    }
}
