import Namespaces

/// All kinds of checks: how they are read, and how those of a lab are looked at together.
public enum LabChecks {
    /// Every kind there is.
    static let kinds: [any LabCheck.Type] = [
        NetnsLabCheck.self, EqualNamespacesLabCheck.self, DifferentNamespacesLabCheck.self, LinkLabCheck.self,
        AddressLabCheck.self, RouteLabCheck.self, NeighbourLabCheck.self, ForwardingDatabaseLabCheck.self,
        SysctlLabCheck.self,
        PingLabCheck.self, TCPLabCheck.self, UDPLabCheck.self, DNSLabCheck.self, ListenLabCheck.self, NATLabCheck.self,
        CapturedLabCheck.self, MatrixLabCheck.self, UIDMapLabCheck.self, PublishedLabCheck.self, RecordLabCheck.self,
        FileLabCheck.self, CleanLabCheck.self, ReplySpreadLabCheck.self, UnchangedLabCheck.self,
    ]

    /// What any check may say besides.
    static let common = ["id", "step", "check", "because", "weight"]

    /// So many are looked at side by side: they wait for answers, and take no time otherwise.
    private static let threads = 16

    /// Reads one check. Throws `JSONError` for a kind or a member that nobody knows, or a wrong value, with its path.
    public static func parse(_ json: JSONValue) throws(JSONError) -> any LabCheck {
        let name = try json.string("check")
        guard let kind = kinds.first(where: { $0.kind == name }) else {
            throw JSONError("is no kind of check: \(name.goQuoted)", path: "check")
        }
        try json.allow(common + kind.members)
        return try kind.init(json: json)
    }

    /// Looks at all of them, as far as possible at the same time; the findings are in the order of the checks.
    public static func look(at world: LabWorld, _ checks: [any LabCheck]) -> [LabFinding] {
        var findings = [LabFinding?](repeating: nil, count: checks.count)
        // First those that count packets, so that nothing of the others is still on its way.
        for (index, check) in checks.enumerated() where check.needsQuiet {
            findings[index] = finding(of: check, at: world)
        }
        let others = checks.indices.filter { findings[$0] == nil }
        let found = SideBySide.map(others, threads: threads) { finding(of: checks[$0], at: world) }
        for (index, finding) in zip(others, found) { findings[index] = finding }
        return findings.compactMap(\.self)
    }

    /// One of them; what keeps it from looking is its finding.
    static func finding(of check: any LabCheck, at world: LabWorld) -> LabFinding {
        do { return try check.look(at: world) } catch let miss as LabMiss {
            return LabFinding(false, miss.evidence)
        } catch { return LabFinding(false, Phrase("\(error)", "\(error)")) }
    }
}
