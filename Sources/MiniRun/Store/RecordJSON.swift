import Namespaces
import NetSetup

/// How records are written and read, key by key.
///
/// By hand, because it is on the way of every start: a generic encoder spends half a millisecond on finding out how to
/// encode what is known here. A test writes and reads every field.
protocol RecordJSON {
    /// The value to be written.
    var json: JSONValue { get }

    /// The record that was written as this value. Throws `JSONError`, which names the member that is missing or wrong;
    /// members that are not known are left alone.
    init(json: JSONValue) throws(JSONError)
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

    /// A list of records; empty when there is none.
    func records<Record: RecordJSON>(_ key: String) throws(JSONError) -> [Record] {
        try list(key, of: Record.init(json:))
    }
}

extension ContainerRecord: RecordJSON {
    var json: JSONValue {
        .record([
            "id": .string(id), "name": .string(name), "created": created.json, "hostname": .string(hostname),
            "process": process?.json, "supervisor": supervisor?.json, "isForeground": .bool(isForeground),
            "hasControlGroup": .bool(hasControlGroup),
            "state": state.json,
            "request": request.json, "args": .strings(args), "network": network.json,
            "publications": .array(publications.map(\.json)), "exposed": .strings(exposed),
            "labels": .map(labels.mapValues { .string($0) }), "layer": .text(layer),
            "mounts": mounts.isEmpty ? nil : .array(mounts.map(\.json)),
            "image": .text(image),
            "exposures": exposures.isEmpty ? nil : .array(exposures.map(\.json)),
            "plugs": plugs.isEmpty ? nil : .array(plugs.map(\.json)),
        ])
    }
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
            "wish": .string(wish.rawValue), "health": health?.json,
        ])
    }
}

extension ContainerState.Health: RecordJSON {
    var json: JSONValue {
        [
            "status": .string(status.rawValue), "failingStreak": .integer(Int64(failingStreak)),
            "log": .array(log.map(\.json)),
        ]
    }
}

extension ContainerRecord.Network: RecordJSON {
    var json: JSONValue {
        [
            "mode": .string(mode), "attachments": .array(attachments.map(\.json)),
            "endpoints": .array(endpoints.map(\.json)),
        ]
    }
}

extension RunRequest: RecordJSON {
    var json: JSONValue {
        [
            "image": .string(image), "command": .strings(command),
            "options": .map(options.mapValues { .strings($0) }),
        ]
    }

    init(json: JSONValue) throws(JSONError) {
        self.init(
            image: try json.string("image"), command: try json.strings("command"),
            options: try json.map("options") { (values) throws(JSONError) in try values.items(JSONValue.string(of:)) })
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

    init(json: JSONValue) throws(JSONError) {
        self.init(
            hostAddress: try json.parsed(ifPresent: "hostAddress"), hostPort: try json.integer("hostPort"),
            container: try json.member("container") { (value) throws(JSONError) in
                let text = try JSONValue.string(of: value)
                do { return try ContainerPort(parsing: text) } catch { throw JSONError("is no port: \(error)") }
            },
            guardAddress4: try json.parsed(ifPresent: "guardAddress4"),
            guardAddress6: try json.parsed(ifPresent: "guardAddress6"))
    }
}
