import Namespaces
import SystemPackage

/// Checks that are in a file by themselves, for those who write labs and want to try them out.
public enum LabCheckFile {
    /// Looks at all of a JSON array of checks, `-` for standard input: a line for each, and whether all are met. With
    /// `baseline`, a snapshot's file, that is how the world was; it is written where there is none yet. Throws `UsageError`
    /// for what is no such file.
    public static func look(
        _ path: String, baseline: String?, _ paths: StatePaths
    ) throws -> (lines: [String], allAreMet: Bool) {
        let bytes = try Files.read(FilePath(path == "-" ? "/dev/stdin" : path))
        let checks: [(id: String, check: any LabCheck)]
        do {
            checks = try JSONValue(parsing: bytes).items { (json) throws(JSONError) in
                let check = try LabChecks.parse(json)
                if let id = try json.string(ifPresent: "id") { return (id, check) }
                return (type(of: check).kind, check)
            }
        } catch { throw UsageError("\(path): \(error)") }
        var world = LabWorld(paths)
        if let baseline { world.baseline = try snapshot(FilePath(baseline), of: world) }
        let findings = LabChecks.look(at: world, checks.map(\.check))
        let lines = zip(checks, findings).map { "\($1.isMet ? "ok" : "no") \($0.id) \($1.evidence)" }
        return (lines, findings.allSatisfy(\.isMet))
    }

    private static func snapshot(_ path: FilePath, of world: LabWorld) throws -> LabSnapshot {
        if let text = try Files.text(ifPresent: path) {
            do { return try LabSnapshot(json: JSONValue(parsing: text)) } catch {
                throw UsageError("\(path): \(error)")
            }
        }
        let snapshot = try LabSnapshot(taking: world)
        try Files.write(snapshot.json.compact + "\n", to: path)
        return snapshot
    }
}
