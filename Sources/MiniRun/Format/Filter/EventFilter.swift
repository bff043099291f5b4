import Namespaces

/// `events --filter`: which events are shown.
public struct EventFilter: Sendable {
    /// Those whose values are the beginning of an id or a name of that type.
    private static let types = ["container", "network", "volume", "daemon"]
    private static let keys = Set(types + ["event", "image", "label", "scope", "type"])

    private let filter: Filter

    /// Reads the words of the option. Throws Docker's sentences.
    public init(_ words: [String] = []) throws(UsageError) {
        filter = try Filter(parsing: words, keys: Self.keys)
    }

    /// Whether the event is shown.
    public func includes(_ event: Event) -> Bool {
        let name = event.attributes["name"] ?? ""
        return hasAction(event.action)
            && filter.isOne("type", event.type)
            && filter.isOne("scope", "local")
            && Self.types.allSatisfy { filter.begins($0, event.id) || filter.begins($0, name) }
            && hasImage(event, name)
            && filter.allowsLabels(event.attributes)
    }

    /// The action itself; of those that say more behind a colon (`exec_start: sh`), the part before it is enough.
    private func hasAction(_ action: String) -> Bool {
        let families: Set<String> = ["health_status", "exec_create", "exec_start"]
        return filter.isOne("event", action)
            || !families.isDisjoint(with: filter["event"]) && filter.begins("event", action)
    }

    /// The image of an event of its own or of a container, with its tag or without.
    private func hasImage(_ event: Event, _ name: String) -> Bool {
        let image = event.type == "image" ? name : event.attributes["image"] ?? ""
        return [event.id, image].contains { filter.isOne("image", $0) || filter.isOne("image", Self.untagged($0)) }
    }

    /// `localhost:5000/web:1.0` without the tag; a colon before the last slash is a port's.
    private static func untagged(_ image: String) -> String {
        let bytes = Array(image.utf8)
        let end = bytes.firstIndex(of: UInt8(ascii: "@")) ?? bytes.count
        let start = bytes[..<end].lastIndex(of: UInt8(ascii: "/")) ?? 0
        let colon = bytes[start..<end].lastIndex(of: UInt8(ascii: ":")) ?? end
        return String(decoding: bytes[..<colon], as: UTF8.self)
    }
}
