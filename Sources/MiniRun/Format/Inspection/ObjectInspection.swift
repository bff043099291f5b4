import Namespaces

/// `inspect`: whatever has the name, looked for among containers first, then among images, networks and volumes, as with
/// Docker; or among those of one kind.
public struct ObjectInspection {
    /// What there is to be shown.
    public enum Kind: String, CaseIterable, Sendable {
        case container, image, network, volume
    }

    private let paths: StatePaths
    private let kinds: [Kind]

    /// Looks among the kind that `type` names; empty means all. Throws Docker's sentence for a word that is no kind.
    public init(_ paths: StatePaths, type: String = "") throws(UsageError) {
        self.paths = paths
        guard !type.isEmpty else {
            kinds = Kind.allCases
            return
        }
        guard let kind = Kind(rawValue: type) else {
            throw UsageError(
                "\(type.goQuoted) is not a valid value for --type: it is \(Kind.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        kinds = [kind]
    }

    /// The text, and a sentence for each reference that is nobody's. Throws `UsageError` for a bad template.
    public func inspect(_ references: [String], format: String?) throws -> (output: String, problems: [String]) {
        let containers = try Containers(paths)
        return try InspectionFormat(format).text(of: references) { reference in
            for kind in kinds { if let found = try look(reference, kind, containers) { return found } }
            throw NoSuchObject(reference: reference, kind: kinds.count == 1 ? kinds[0].rawValue : "object")
        } complaint: { error in
            error is NoSuchObject ? "\(error)" : nil
        }
    }

    /// One object under Docker's keys; nil when there is none of this kind.
    private func look(_ reference: String, _ kind: Kind, _ containers: Containers) throws -> JSONValue? {
        do {
            switch kind {
            case .container: return try containers.inspection(of: reference)
            case .image: return try Images(paths).inspection(of: reference)
            case .network: return try Networks(paths).inspection(of: reference)
            case .volume: return try Volumes(paths).inspection(of: reference)
            }
        } catch is NoSuchContainer { return nil } catch is NoSuchImage { return nil } catch is NoSuchNetwork {
            return nil
        } catch is NoSuchVolume { return nil } catch is UsageError where kind == .image {
            // What can be no image's name may still be a volume's.
            return nil
        }
    }
}

/// Nothing has the name.
private struct NoSuchObject: Error, CustomStringConvertible {
    let reference: String
    let kind: String
    /// Docker's sentence.
    var description: String { "No such \(kind): \(reference)" }
}
