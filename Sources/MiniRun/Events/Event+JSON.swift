import CShim
import Namespaces

/// An event as a line of JSON with Docker's members; what happened to a container is also under their older names.
extension Event {
    var json: JSONValue {
        var members: [JSONValue.Member] = []
        if type == "container" {
            members += [.init("status", .string(action)), .init("id", .string(id))]
            members.append(.init("from", .string(image ?? "")))
        }
        members += [.init("Type", .string(type)), .init("Action", .string(action)), .init("Actor", actor())]
        members += [.init("scope", "local"), .init("time", .integer(seconds)), .init("timeNano", .integer(time))]
        return .object(members)
    }

    /// The same under the names that a template uses; if need be with what the events of other actions have, as nothing.
    func templateValue(withAllAttributes: Bool = false) -> JSONValue {
        let isContainer = type == "container"
        return [
            "Status": .string(isContainer ? action : ""), "ID": .string(isContainer ? id : ""),
            "From": .string(image ?? ""), "Type": .string(type), "Action": .string(action),
            "Actor": actor(withAllAttributes: withAllAttributes), "Scope": "local", "Time": .integer(seconds),
            "TimeNano": .integer(time),
        ]
    }

    private func actor(withAllAttributes: Bool = false) -> JSONValue {
        var values = attributes.mapValues { JSONValue.string($0) }
        if withAllAttributes { values.merge(Self.known.map { ($0, .null) }) { own, _ in own } }
        return ["ID": .string(id), "Attributes": .map(values)]
    }

    /// The attributes that are not labels.
    private static let known = [
        "container", "execID", "exitCode", "height", "image", "name", "oldName", "signal", "type", "width",
    ]

    /// Down, before 1970 too.
    private var seconds: Int64 { (time - (time % 1_000_000_000 + 1_000_000_000) % 1_000_000_000) / 1_000_000_000 }

    /// Reads a line that `json` wrote, even behind what a writer left that could not finish its own. Nil when there is none.
    init?(legibleIn line: UnsafeBufferPointer<UInt8>) {
        if let event = Event(parsing: line) {
            self = event
            return
        }
        // The quotes within a sound line are escaped, or followed by something else.
        guard let base = line.baseAddress else { return nil }
        var start = 1
        for opening in ["{\"status\":", "{\"Type\":"] as [StaticString] {
            while start < line.count,
                let match = memmem(base + start, line.count - start, opening.utf8Start, opening.utf8CodeUnitCount)
            {
                start = UnsafeRawPointer(base).distance(to: match) + 1
            }
        }
        guard start > 1 else { return nil }
        self.init(parsing: UnsafeBufferPointer(rebasing: line[(start - 1)...]))
    }

    private init?(parsing line: UnsafeBufferPointer<UInt8>) {
        var cursor = JSONCursor(line)
        guard cursor.skip("{") else { return nil }
        if cursor.skip("\"status\":") {
            guard cursor.string() != nil, cursor.skip(",\"id\":"), cursor.string() != nil, cursor.skip(",\"from\":"),
                cursor.string() != nil, cursor.skip(",")
            else { return nil }
        }
        guard cursor.skip("\"Type\":"), let type = cursor.string(), cursor.skip(",\"Action\":"),
            let action = cursor.string(), cursor.skip(",\"Actor\":{\"ID\":"), let id = cursor.string(),
            cursor.skip(",\"Attributes\":")
        else { return nil }
        var attributes: [String: String] = [:]
        guard cursor.strings({ attributes[JSONCursor.text($0)] = JSONCursor.text($1) }),
            cursor.skip("},\"scope\":\"local\",\"time\":"), cursor.integer() != nil, cursor.skip(",\"timeNano\":"),
            let time = cursor.integer(), cursor.skip("}"), cursor.isAtEnd
        else { return nil }
        self.init(
            type: JSONCursor.text(type), action: JSONCursor.text(action), id: JSONCursor.text(id),
            attributes: attributes, time: time)
    }
}
