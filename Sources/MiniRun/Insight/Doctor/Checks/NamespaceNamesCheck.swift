import NetSetup

/// What `ip netns` needs.
struct NamespaceNamesCheck: Check {
    static let number = 20
    static let id = "handles"
    static let title = "Do names in /run/netns lead to network namespaces?"

    func look(at patient: Patient) throws -> Finding {
        if let lost = try Self.lost(patient.record.exposures) {
            return .fail(
                Phrase("\(lost.path) does not lead to it any more", "\(lost.path) 不再指向它"),
                mend: .verbatim(
                    "rm -f \(lost.path.shellQuoted) && minirun netns expose "
                        + "\(patient.name.shellQuoted) \(lost.name.shellQuoted)"))
        }
        let own = try patient.host.names.get().filter { name in
            patient.inside.map { name.target == .network($0.inode) } ?? false
        }
        guard !own.isEmpty else { return .skip(Phrase("no name leads to it", "没有名字指向它")) }
        let list = own.map(\.name).joined(separator: ", ")
        return .pass(Phrase("ip netns knows it as \(list)", "ip netns 中它叫 \(list)"))
    }

    /// Which of a container's names is nothing's any more; only where it has names at all is anything looked at.
    private static func lost(_ exposures: [Exposure]) throws -> Exposure? {
        guard !exposures.allSatisfy(\.isPresent) else { return nil }
        let (dead, all) = (try NamespaceName.dead(), try NamespaceName.all().map(\.name))
        return exposures.first { dead.contains($0.name) || !all.contains($0.name) }
    }

    /// About all names of the host.
    static func finding(_ names: [NamespaceName]) throws -> Finding {
        let dead = names.contains { $0.target == .nothing } ? try NamespaceName.dead() : []
        guard dead.isEmpty else {
            let list = dead.map { Exposure.directory.appending($0).string }.joined(separator: ", ")
            return .fail(
                Phrase("no network namespace is behind \(list)", "\(list) 不指向任何网络名字空间"),
                mend: .verbatim(dead.map { "ip netns delete \($0.shellQuoted)" }.joined(separator: "; ")))
        }
        return names.isEmpty
            ? .skip(Phrase("there is none", "没有名字"))
            : .pass(Phrase("\(names.count) names, something behind each", "\(names.count) 个名字都有效"))
    }
}
