import Namespaces
import NetSetup

/// `ps --filter`: which containers are listed.
public struct PsFilter {
    private static let keys: Set<String> = [
        "ancestor", "before", "exited", "expose", "health", "id", "is-task", "label", "label!", "name", "network",
        "publish", "since", "status", "volume",
    ]

    private let filter: Filter
    private let exitCodes: Set<Int32>
    private let published: Set<ContainerPort>
    private let exposed: Set<ContainerPort>
    private let isTask: Bool?
    private let names: [(text: String, pattern: Pattern?)]
    private let ids: [(text: String, pattern: Pattern?)]

    /// Reads the words of the option. Throws Docker's sentences for keys and values that do not exist.
    public init(_ words: [String] = []) throws(UsageError) {
        let filter = try Filter(parsing: words, keys: Self.keys)
        self.filter = filter
        var exitCodes: Set<Int32> = []
        for text in filter["exited"] {
            guard let code = Int32(text) else {
                throw UsageError("strconv.Atoi: parsing \(text.goQuoted): invalid syntax")
            }
            exitCodes.insert(code)
        }
        self.exitCodes = exitCodes
        for text in filter["status"] where ContainerStatus.State(rawValue: text) == nil {
            throw UsageError("invalid filter 'status=\(text)'")
        }
        for text in filter["health"] where ContainerStatus.Health(rawValue: text) == nil {
            throw UsageError("Unrecognised filter value for health: \(text)")
        }
        isTask = try filter.truth("is-task")
        published = try Self.ports(filter, "publish")
        exposed = try Self.ports(filter, "expose")
        names = filter["name"].map { ($0, Pattern($0)) }
        ids = filter["id"].map { ($0, Pattern($0)) }
    }

    private static func ports(_ filter: Filter, _ key: String) throws(UsageError) -> Set<ContainerPort> {
        var ports: Set<ContainerPort> = []
        for text in filter[key] {
            guard !text.utf8.contains(UInt8(ascii: ":")) else {
                throw UsageError("filter for '\(key)' should not contain ':': \(text)")
            }
            do { ports.formUnion(try ExposedPort.ports(text)) } catch {
                throw UsageError("error while looking up for \(key) \(text): \(error)")
            }
        }
        return ports
    }

    /// Whether containers that do not run are asked for, as with `-a`: a `status` says which are.
    public var meansAll: Bool { !filter["status"].isEmpty }

    /// Whether it takes a look at those that do not run to find the others.
    public var needsAll: Bool { meansAll || !filter["before"].isEmpty || !filter["since"].isEmpty }

    /// Those of the containers, youngest first, that are meant: with `all`, or with a `limit` on their number, also those
    /// that do not run. Throws `NoSuchContainer` or `AmbiguousContainer` when `before` or `since` names none or several.
    public func select(
        from containers: [ContainerListing], all: Bool = false, limit: Int? = nil
    ) throws -> [ContainerListing] {
        var range = containers[...]
        for reference in filter["before"] {
            let place = try place(of: reference, in: containers)
            range = range[min(max(range.startIndex, place + 1), range.endIndex)...]
        }
        for reference in filter["since"] {
            let place = try place(of: reference, in: containers)
            range = range[..<max(range.startIndex, min(range.endIndex, place))]
        }
        let takesAll = all || meansAll || limit != nil
        let found = range.lazy.filter { (takesAll || $0.status.isActive) && includes($0) }
        return limit.map { Array(found.prefix(max(0, $0))) } ?? Array(found)
    }

    private func place(of reference: String, in containers: [ContainerListing]) throws -> Int {
        let name = reference.begins(with: "/") ? String(reference.dropFirst()) : reference
        if let exact = containers.firstIndex(where: { $0.name == name || $0.id == name }) { return exact }
        let matches = containers.indices.filter { !name.isEmpty && containers[$0].id.begins(with: name) }
        if matches.count > 1 {
            throw AmbiguousContainer(reference: reference, candidates: matches.map { containers[$0].id })
        }
        guard let match = matches.first else { throw NoSuchContainer(reference: reference) }
        return match
    }

    // MARK: One container

    /// Whether the container is what every key but `before` and `since` asks for.
    func includes(_ container: ContainerListing) -> Bool {
        let status = container.status
        return Self.matches(names, [container.name, "/" + container.name])
            && Self.matches(ids, [container.id])
            && filter.allowsLabels(container.labels)
            && isTask != true
            && (exitCodes.isEmpty
                || !status.isActive && status.started != nil && exitCodes.contains(status.exitCode))
            && filter.isOne("status", status.state.rawValue)
            && filter.isOne("health", status.health.rawValue)
            && filter.any("ancestor") { Self.isMade(container, from: $0) }
            && filter.any("volume") { value in
                container.mounts.contains {
                    $0.destination == value || ($0.name.isEmpty ? $0.source : $0.name) == value
                }
            }
            && filter.any("network") { value in
                container.networks.contains { $0.name == value || !value.isEmpty && $0.id.begins(with: value) }
            }
            && hasPort(container)
    }

    /// Names and ids are found by regular expression, or are the very text.
    private static func matches(_ wanted: [(text: String, pattern: Pattern?)], _ texts: [String]) -> Bool {
        wanted.isEmpty
            || wanted.contains { value in
                texts.contains { $0 == value.text || value.pattern?.matches($0) ?? false }
            }
    }

    /// `publish` and `expose` are alternatives, both by the port inside; what is published is exposed as well.
    private func hasPort(_ container: ContainerListing) -> Bool {
        if published.isEmpty && exposed.isEmpty { return true }
        return container.ports.contains { port in
            // Published is what the host has, exposed what the container has (moby, daemon/list.go).
            published.contains { $0.number == port.hostPort && $0.transport == port.container.transport }
                || exposed.contains(port.container)
        } || container.exposed.contains(where: exposed.contains)
    }

    /// Whether this is the image: by its name, with or without the tag that goes without saying, or by the beginning of its
    /// id.
    private static func isMade(_ container: ContainerListing, from ancestor: String) -> Bool {
        let image = container.image
        if image == ancestor || image == ancestor + ":latest" || ancestor == image + ":latest" { return true }
        let prefix = "sha256:"
        let beginning = ancestor.begins(with: prefix) ? ancestor : prefix + ancestor
        return beginning != prefix && container.imageID?.begins(with: beginning) ?? false
    }
}
