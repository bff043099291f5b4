import Namespaces
import SystemPackage

/// `ns_equal`: two nodes have these namespaces in common.
struct EqualNamespacesLabCheck: LabCheck {
    static let kind = "ns_equal"
    static let members = NamespaceComparison.members

    let comparison: NamespaceComparison

    init(json: JSONValue) throws(JSONError) { comparison = try NamespaceComparison(json: json) }

    func look(at world: LabWorld) throws -> LabFinding { try comparison.look(at: world, wantsEqual: true) }
}

/// `ns_differ`: each of two nodes has these namespaces for itself.
struct DifferentNamespacesLabCheck: LabCheck {
    static let kind = "ns_differ"
    static let members = NamespaceComparison.members

    let comparison: NamespaceComparison

    init(json: JSONValue) throws(JSONError) { comparison = try NamespaceComparison(json: json) }

    func look(at world: LabWorld) throws -> LabFinding { try comparison.look(at: world, wantsEqual: false) }
}

/// Which namespaces of two nodes are compared.
struct NamespaceComparison: Sendable {
    static let members = ["a", "b", "types"]
    /// As /proc names them.
    private static let known = ["uts", "ipc", "pid", "net", "mnt", "user", "cgroup"]

    let first: String
    let second: String
    let types: [String]

    init(json: JSONValue) throws(JSONError) {
        first = try json.string("a")
        second = try json.string("b")
        types = try json.member("types") { (list) throws(JSONError) in
            let types = try list.items { (value) throws(JSONError) in
                let type = try JSONValue.string(of: value)
                guard Self.known.contains(type) else {
                    throw JSONError("is none of \(Self.known.joined(separator: ", ")): \(type.goQuoted)")
                }
                return type
            }
            guard !types.isEmpty else { throw JSONError("is empty") }
            return types
        }
    }

    func look(at world: LabWorld, wantsEqual: Bool) throws -> LabFinding {
        let (one, other) = (try world.node(first), try world.node(second))
        var (equal, different): ([String], [String]) = ([], [])
        for type in types {
            let isSame = try one.inode(of: type) == other.inode(of: type)
            if isSame { equal.append(type) } else { different.append(type) }
        }
        var seen: [Phrase] = []
        if !equal.isEmpty {
            let list = equal.joined(separator: ", ")
            seen.append(Phrase("\(first) and \(second) have the same \(list)", "\(first) 与 \(second) 共用 \(list)"))
        }
        if !different.isEmpty {
            let list = different.joined(separator: ", ")
            seen.append(
                Phrase("\(first) and \(second) each have their own \(list)", "\(first) 与 \(second) 各有自己的 \(list)"))
        }
        return LabFinding(wantsEqual ? different.isEmpty : equal.isEmpty, LabCheckWords.list(seen))
    }
}

extension LabNode {
    /// The inode of its namespace of a kind that /proc knows. Throws ``LabMiss`` for a mere name, `KernelError`.
    fileprivate func inode(of type: String) throws -> UInt64 {
        if type == NamespaceKind.network.procName { return try namespace.inode() }
        guard let process else {
            throw LabMiss(
                "\(name) is a network namespace and no more: it has no \(type)", "\(name) 只是网络名字空间，没有 \(type)")
        }
        return try NamespaceHandle(path: FilePath("/proc/\(process)/ns/\(type)")).inode()
    }
}
