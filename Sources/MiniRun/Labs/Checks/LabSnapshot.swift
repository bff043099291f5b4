import Namespaces

/// What the world has at one moment: the host's network namespace and every named one.
///
/// Written to a file when a lab starts, and compared later, by commands that know nothing of each other; so everything is a
/// kind, a name and a text.
public struct LabSnapshot: Sendable, Hashable {
    /// One thing that a namespace has.
    struct Item: Sendable, Hashable {
        /// What it is; the words are those of ``LabException``.
        enum Kind: String, Sendable, CaseIterable {
            case link, addr, route, neigh, sysctl, nft, file
        }

        var kind: Kind
        /// What tells it from others of its kind: `eth0`, `10.0.0.1/24`, `default`.
        var name: String
        /// The interface that it belongs to, if there is one.
        var link: String?
        /// What may change of it.
        var value: String

        /// What tells it from all others of its namespace.
        var key: [String] { [kind.rawValue, name, link ?? ""] }
    }

    /// A network namespace.
    struct Place: Sendable, Hashable {
        /// `host`, or its name.
        var name: String
        var items: [Item]
    }

    var places: [Place]

    init(places: [Place]) { self.places = places }
}

extension LabSnapshot {
    /// What is to be written to a file.
    public var json: JSONValue {
        .array(
            places.map { place in
                .record(["name": .string(place.name), "items": .array(place.items.map(\.json))])
            })
    }

    /// What was written. Throws `JSONError`.
    public init(json: JSONValue) throws(JSONError) {
        places = try json.items { (place) throws(JSONError) in
            Place(name: try place.string("name"), items: try place.list("items", of: Item.init(json:)))
        }
    }
}

extension LabSnapshot.Item {
    var json: JSONValue {
        .record([
            "kind": .string(kind.rawValue), "name": .string(name), "link": .text(link), "value": .string(value),
        ])
    }

    init(json: JSONValue) throws(JSONError) {
        kind = try json.word("kind")
        name = try json.string("name")
        link = try json.string(ifPresent: "link")
        value = try json.string("value")
    }
}
