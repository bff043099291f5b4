import NetSetup

/// How records are written, key by key, as their `Decodable` forms read them.
///
/// By hand, because it is on the way of every start: a generic encoder spends half a millisecond on finding out how to
/// encode what is known here. A test writes and reads every field.
protocol RecordJSON {
    /// The value to be written.
    var json: JSONValue { get }
}

extension JSONValue {
    /// An object of the members that have a value.
    static func record(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        .object(members.compactMap { key, value in value.map { Member(key, $0) } })
    }

    /// A list of texts.
    static func strings(_ texts: some Sequence<String>) -> JSONValue { .array(texts.map { .string($0) }) }

    /// A value's text, if there is a value.
    static func text(_ value: (some CustomStringConvertible)?) -> JSONValue? { value.map { .string($0.description) } }
}

extension ContainerRecord: RecordJSON {
    var json: JSONValue {
        .record([
            "id": .string(id), "name": .string(name), "created": created.json, "hostname": .string(hostname),
            "process": process?.json, "supervisor": supervisor?.json, "isForeground": .bool(isForeground),
            "state": state.json,
            "request": request.json, "args": .strings(args), "network": network.json,
            "publications": .array(publications.map(\.json)), "exposed": .strings(exposed),
            "labels": .map(labels.mapValues { .string($0) }), "layer": .text(layer),
        ])
    }
}

extension Timestamp: RecordJSON {
    var json: JSONValue { .integer(nanoseconds) }
}

extension ProcessIdentity: RecordJSON {
    var json: JSONValue {
        ["pid": .integer(Int64(pid)), "startTime": .integer(Int64(startTime)), "boot": .string(boot)]
    }
}

extension ContainerState: RecordJSON {
    var json: JSONValue {
        .record([
            "started": started?.json, "finished": finished?.json, "exitCode": .integer(Int64(exitCode)),
            "error": .string(error), "outOfMemory": .bool(outOfMemory), "isPaused": .bool(isPaused),
            "isRestarting": .bool(isRestarting), "restarts": .integer(Int64(restarts)),
            "isStopRequested": .bool(isStopRequested), "isRestartRequested": .bool(isRestartRequested),
            "health": health?.json,
        ])
    }
}

extension ContainerState.Health: RecordJSON {
    var json: JSONValue {
        [
            "status": .string(status.rawValue), "failingStreak": .integer(Int64(failingStreak)),
            "log": .array(
                log.map { probe in
                    [
                        "start": probe.start.json, "end": probe.end.json,
                        "exitCode": .integer(Int64(probe.exitCode)), "output": .string(probe.output),
                    ]
                }),
        ]
    }
}

extension ContainerRecord.Network: RecordJSON {
    var json: JSONValue {
        .record([
            "mode": .string(mode), "bridge": .text(bridge), "hostInterface": .text(hostInterface),
            "address": .text(address), "gateway": .text(gateway), "address6": .text(address6),
            "gateway6": .text(gateway6), "macAddress": .text(macAddress),
        ])
    }
}

extension RunRequest: RecordJSON {
    var json: JSONValue {
        [
            "image": .string(image), "command": .strings(command),
            "options": .map(options.mapValues { .strings($0) }),
        ]
    }
}

extension Publication: RecordJSON {
    var json: JSONValue {
        .record([
            "hostAddress": .text(hostAddress), "hostPort": .integer(Int64(hostPort)),
            "container": .string(container.description), "guardAddress4": .text(guardAddress4),
            "guardAddress6": .text(guardAddress6),
        ])
    }
}

extension RuntimeSpecification: RecordJSON {
    var json: JSONValue {
        .record([
            "ociVersion": .string(ociVersion), "process": process.json,
            "root": ["path": .string(root.path), "readonly": .bool(root.readonly)],
            "hostname": .text(hostname), "domainname": .text(domainname),
            "mounts": .array(
                mounts.map { mount in
                    [
                        "destination": .string(mount.destination), "type": .string(mount.type),
                        "source": .string(mount.source), "options": .strings(mount.options),
                    ]
                }),
            "linux": linux.json, "annotations": .map(annotations.mapValues { .string($0) }),
        ])
    }
}

extension RuntimeSpecification.Process: RecordJSON {
    var json: JSONValue {
        [
            "terminal": .bool(terminal),
            "user": [
                "uid": .integer(Int64(user.uid)), "gid": .integer(Int64(user.gid)),
                "additionalGids": .array(user.additionalGids.map { .integer(Int64($0)) }),
            ],
            "args": .strings(args), "env": .strings(env), "cwd": .string(cwd),
            "capabilities": [
                "bounding": .strings(capabilities.bounding), "effective": .strings(capabilities.effective),
                "permitted": .strings(capabilities.permitted), "inheritable": .strings(capabilities.inheritable),
                "ambient": .strings(capabilities.ambient),
            ],
            "rlimits": .array(rlimits.map(\.json)), "noNewPrivileges": .bool(noNewPrivileges),
        ]
    }
}

extension RuntimeSpecification.Process.Limit: RecordJSON {
    var json: JSONValue {
        func number(_ value: UInt64) -> JSONValue { Int64(exactly: value).map { .integer($0) } ?? .unsigned(value) }
        return ["type": .string(type), "hard": number(hard), "soft": number(soft)]
    }
}

extension RuntimeSpecification.Linux: RecordJSON {
    var json: JSONValue {
        func mappings(_ list: [IDMapping]) -> JSONValue {
            .array(
                list.map {
                    [
                        "containerID": .integer(Int64($0.containerID)), "hostID": .integer(Int64($0.hostID)),
                        "size": .integer(Int64($0.size)),
                    ]
                })
        }
        return [
            "namespaces": .array(namespaces.map { .record(["type": .string($0.type), "path": .text($0.path)]) }),
            "uidMappings": mappings(uidMappings), "gidMappings": mappings(gidMappings),
            "sysctl": .map(sysctl.mapValues { .string($0) }), "maskedPaths": .strings(maskedPaths),
            "readonlyPaths": .strings(readonlyPaths),
        ]
    }
}
