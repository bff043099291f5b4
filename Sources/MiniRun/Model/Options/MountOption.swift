import Namespaces

/// The grammar of `--mount`: `type=bind|volume|tmpfs,source=…,target=…,…`, with Docker's messages.
public enum MountOption {
    /// Parses one value. A source that begins with `.` is taken from `directory`, the current one.
    public static func parse(_ text: String, directory: String) throws(UsageError) -> MountSpecification {
        let text = text.trimmed
        guard !text.isEmpty else { throw UsageError("value is empty") }
        var fields = Fields()
        for field in try CommaSeparated.fields(text) { try fields.take(field, directory: directory) }
        return try fields.mount()
    }

    /// What the fields said, before it is known whether it fits together.
    private struct Fields {
        var kind = "volume"
        var source = ""
        var target = ""
        var isReadOnly = false
        var propagation: String?
        var recursion: String?
        var createsSource: Bool?
        var subpath: String?
        var isLeftEmpty: Bool?
        var size: Int64?
        var mode: UInt32?

        mutating func take(_ field: String, directory: String) throws(UsageError) {
            let (raw, value) = field.cut("=")
            guard raw.trimmed == raw else {
                throw UsageError("invalid option '\(raw.trimmed)' in '\(field)': option should not have whitespace")
            }
            if let value {
                guard !value.trimmed.isEmpty else { throw UsageError("invalid value for '\(raw)': value is empty") }
                guard value.trimmed == value else {
                    throw UsageError("invalid value for '\(raw)' in '\(field)': value should not have whitespace")
                }
            }
            let key = raw.lowercased()
            guard let value else {
                try takeFlag(key, field)
                return
            }
            switch key {
            case "type": kind = value.lowercased()
            case "source", "src": source = value.begins(with: ".") ? CleanPath.of("\(directory)/\(value)") : value
            case "target", "dst", "destination": target = value
            case "readonly", "ro": isReadOnly = try boolean(key, value)
            // A hint for Docker Desktop; accepted, without effect here.
            case "consistency": break
            case "bind-propagation": propagation = value.lowercased()
            case "bind-nonrecursive": try takeFlag(key, field)
            case "bind-recursive":
                guard MountSpecification.Recursion(rawValue: value) != nil else {
                    throw UsageError(
                        "invalid value for \(key): \(value) (must be \"enabled\", \"disabled\", \"writable\", or \"readonly\")"
                    )
                }
                recursion = value
            case "bind-create-src": createsSource = try boolean(key, value)
            case "volume-subpath": subpath = value
            case "volume-nocopy": isLeftEmpty = try boolean(key, value)
            case "tmpfs-size":
                guard let bytes = try? ByteSize.parse(value) else {
                    throw UsageError("invalid value for \(key): \(value)")
                }
                size = bytes
            case "tmpfs-mode":
                guard !value.begins(with: "+"), let bits = UInt32(value, radix: 8) else {
                    throw UsageError("invalid value for \(key): \(value)")
                }
                mode = bits
            default: throw UsageError("unknown option '\(raw)' in '\(field)'")
            }
        }

        /// A field without `=`.
        private mutating func takeFlag(_ key: String, _ field: String) throws(UsageError) {
            switch key {
            case "readonly", "ro": isReadOnly = true
            case "volume-nocopy": isLeftEmpty = true
            case "bind-create-src": createsSource = true
            case "bind-nonrecursive":
                throw UsageError("bind-nonrecursive is deprecated, use bind-recursive=disabled instead")
            default: throw UsageError("invalid field '\(field)' must be a key=value pair")
            }
        }

        private func boolean(_ key: String, _ value: String) throws(UsageError) -> Bool {
            switch value {
            case "1", "true": true
            case "0", "false": false
            default:
                throw UsageError(
                    "invalid value for '\(key)': invalid boolean value (\(value.goQuoted)): must be one of "
                        + "\"true\", \"1\", \"false\", or \"0\" (default \"true\")")
            }
        }

        func mount() throws(UsageError) -> MountSpecification {
            try checkFamilies()
            func refuse(_ reason: String) -> UsageError {
                UsageError("invalid mount config for type \(kind.goQuoted): \(reason)")
            }
            guard !target.isEmpty else { throw refuse("field Target must not be empty") }
            do { try MountSpecification.checkTarget(target) } catch { throw refuse(error.message) }
            guard let type = MountSpecification.Kind(rawValue: kind) else { throw refuse("mount type unknown") }
            var mount = MountSpecification(type, source: source, target: CleanPath.of(target))
            mount.isReadOnly = isReadOnly && type != .tmpfs
            switch type {
            case .bind:
                guard !source.isEmpty else { throw refuse("field Source must not be empty") }
                if let propagation {
                    guard let known = MountSpecification.Propagation(rawValue: propagation) else {
                        throw refuse("invalid propagation mode: \(propagation)")
                    }
                    mount.propagation = known
                }
                guard source.begins(with: "/") else {
                    throw refuse("invalid mount path: '\(source)' mount path must be absolute")
                }
                mount.source = CleanPath.of(source)
                mount.recursion = recursion.flatMap(MountSpecification.Recursion.init(rawValue:)) ?? .enabled
                mount.createsSource = createsSource ?? false
            case .volume:
                if let subpath {
                    guard !source.isEmpty else { throw refuse("must not set Subpath when using anonymous volumes") }
                    let clean = CleanPath.of(subpath)
                    guard !subpath.begins(with: "/"), clean != "..", !clean.begins(with: "../") else {
                        throw refuse("subpath must be a relative path within the volume")
                    }
                    mount.subpath = clean
                }
                if !source.isEmpty { try MountSpecification.checkVolumeName(source) }
                mount.isLeftEmpty = isLeftEmpty ?? false
            case .tmpfs:
                guard source.isEmpty else { throw refuse("field Source must not be specified") }
                if isReadOnly { mount.tmpfsOptions.append("ro") }
                if let mode, mode != 0 { mount.tmpfsOptions.append("mode=\(String(mode, radix: 8))") }
                if let size, size != 0 { mount.tmpfsOptions.append("size=\(size)") }
            }
            return mount
        }

        /// Options of one type of mount on another, and those that only go together.
        private func checkFamilies() throws(UsageError) {
            let families = [
                ("bind", propagation != nil || (recursion ?? "enabled") != "enabled" || createsSource != nil),
                ("volume", subpath != nil || isLeftEmpty != nil), ("tmpfs", size != nil || mode != nil),
            ]
            for (family, isUsed) in families where isUsed && kind != family {
                throw UsageError("cannot mix '\(family)-*' options with mount type '\(kind)'")
            }
            if recursion == "writable" || recursion == "readonly", !isReadOnly {
                throw UsageError(
                    "option 'bind-recursive=\(recursion ?? "")' requires 'readonly' to be specified in conjunction")
            }
            if recursion == "readonly", propagation != "rprivate" {
                throw UsageError(
                    "option 'bind-recursive=readonly' requires 'bind-propagation=rprivate' to be specified in conjunction"
                )
            }
        }
    }
}
