import Namespaces

/// The grammar of `-v` (`--volume`): `[SOURCE:]TARGET[:MODE]`, with Docker's messages.
public enum VolumeOption {
    /// Parses one value. A source that begins with `.` is taken from `directory`, the current one.
    public static func parse(_ text: String, directory: String) throws(UsageError) -> MountSpecification {
        guard !text.isEmpty else { throw UsageError("invalid empty volume spec") }
        let parts = text.parts(":")
        guard !parts.contains("") else { throw UsageError("invalid spec: \(text): empty section between colons") }
        guard parts.count <= 3 else { throw UsageError("invalid spec: \(text): too many colons") }
        let refusal = "invalid volume specification: '\(text)'"
        // `/foo:rw`: a volume without a name takes no mode.
        if parts.count == 2, Mode(parts[1]) != nil { throw UsageError(refusal) }
        guard let mode = Mode(parts.count == 3 ? parts[2] : "") else { throw UsageError("invalid mode: \(parts[2])") }

        var source = parts.count > 1 ? parts[0] : ""
        if source.begins(with: ".") { source = CleanPath.of("\(directory)/\(source)") }
        let target = parts.count > 1 ? parts[1] : parts[0]
        let kind: MountSpecification.Kind = source.begins(with: "/") ? .bind : .volume
        func refuse(_ reason: String) -> UsageError {
            UsageError("\(refusal): invalid mount config for type \"\(kind.rawValue)\": \(reason)")
        }
        do { try MountSpecification.checkTarget(target) } catch { throw refuse(error.message) }
        // Docker's two validators share these sentences (mount.BindOptions on a volume and the reverse).
        if kind == .volume, mode.propagation != nil { throw refuse("field BindOptions must not be specified") }
        if kind == .bind, mode.isLeftEmpty { throw refuse("field VolumeOptions must not be specified") }
        if kind == .volume, !source.isEmpty { try MountSpecification.checkVolumeName(source) }

        let path = kind == .bind ? CleanPath.of(source) : source
        var mount = MountSpecification(kind, source: path, target: CleanPath.of(target))
        mount.isReadOnly = mode.isReadOnly
        mount.propagation = mode.propagation ?? .rprivate
        mount.createsSource = kind == .bind
        mount.isLeftEmpty = mode.isLeftEmpty
        return mount
    }

    /// The words after the second colon, each kind at most once.
    private struct Mode {
        var isReadOnly = false
        var isLeftEmpty = false
        var propagation: MountSpecification.Propagation?

        init?(_ text: String) {
            guard !text.isEmpty else { return }
            var seen: Set<String> = []
            for word in text.parts(",") {
                let kind: String
                switch word {
                case "ro", "rw":
                    kind = "access"
                    isReadOnly = word == "ro"
                // SELinux relabelling and Docker Desktop's consistency hints: accepted, without effect here.
                case "z", "Z": kind = "label"
                case "consistent", "cached", "delegated": kind = "consistency"
                case "nocopy":
                    kind = "copy"
                    isLeftEmpty = true
                default:
                    guard let known = MountSpecification.Propagation(rawValue: word) else { return nil }
                    kind = "propagation"
                    propagation = known
                }
                guard seen.insert(kind).inserted else { return nil }
            }
        }
    }
}
