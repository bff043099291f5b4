import Namespaces

/// An event as a line of JSON with Docker's members; what happened to a container is also under their older names.
extension Event {
    var json: JSONValue {
        var members: [JSONValue.Member] = []
        if type == "container" {
            members += [.init("status", .string(action)), .init("id", .string(id))]
            members.append(.init("from", .string(image ?? "")))
        }
        members += [.init("Type", .string(type)), .init("Action", .string(action)), .init("Actor", actor)]
        members += [.init("scope", "local"), .init("time", .integer(time.seconds))]
        members.append(.init("timeNano", .integer(time.nanoseconds)))
        return .object(members)
    }

    /// The same under the names that a template uses.
    var templateValue: JSONValue {
        let isContainer = type == "container"
        return [
            "Status": .string(isContainer ? action : ""), "ID": .string(isContainer ? id : ""),
            "From": .string(image ?? ""), "Type": .string(type), "Action": .string(action), "Actor": actor,
            "Scope": "local", "Time": .integer(time.seconds), "TimeNano": .integer(time.nanoseconds),
        ]
    }

    private var actor: JSONValue {
        ["ID": .string(id), "Attributes": .map(attributes.mapValues { .string($0) })]
    }

    /// Reads a line that `json` wrote, even behind what a writer left that could not finish its own. Nil when there is none.
    init?(legibleIn line: UnsafeBufferPointer<UInt8>) {
        if let event = try? Event(parsing: line[...]) {
            self = event
            return
        }
        // Quotes within a text are escaped, so an object begins where one seems to. That of a container's attributes could
        // begin with a label `Type`, but not with `status`: before that there would be `image`.
        for opening in ["{\"status\":", "{\"Type\":"] as [StaticString] {
            guard let start = line.lastPlace(of: opening), let event = try? Event(parsing: line[start...]) else {
                continue
            }
            self = event
            return
        }
        return nil
    }

    private init(parsing line: Slice<UnsafeBufferPointer<UInt8>>) throws(JSONError) {
        let json = try JSONValue(parsing: Array(line))
        let actor = json["Actor"] ?? .null
        self.init(
            type: try json.string("Type"), action: try json.string("Action"), id: try actor.string("ID"),
            attributes: try actor.stringMap("Attributes"),
            time: Timestamp(nanoseconds: try json.integer("timeNano")))
    }
}
